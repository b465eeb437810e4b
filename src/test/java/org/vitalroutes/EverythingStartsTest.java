package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.store.Audit;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/**
 * Starts the whole application without replacements, to find bad references and missing
 * placeholders.
 */
class EverythingStartsTest {

  @TempDir static Path folder;

  static RunningVitalroutes vitalroutes;
  static final UserTokens tokens = new UserTokens();

  @BeforeAll
  static void start() {
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                // As in production, another role owns the tables.
                .set("SPRING_DATASOURCE_USERNAME", World.SERVICE_ROLE)
                .set("SPRING_FLYWAY_USER", "postgres")
                .set("SPRING_FLYWAY_PASSWORD", "postgres")
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  @Test
  void it_is_alive() {
    assertThat(vitalroutes.get("/livez").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit_event set detail = 'x'",
        "update audit_event set actor = 'erased'",
        "delete from audit_event",
        "delete from audit_event_default",
        "update audit_event_default set detail = 'x'",
        "truncate audit_event",
        "drop table audit_event",
        "alter table audit_event disable trigger all",
        "alter table audit_event add column x int",
        "create table x (id int)",
        "create or replace function erase_from_audit(person text) returns void language sql as ''",
        "drop function audit_event_is_append_only() cascade",
        "truncate notification",
        "drop table notification_default",
        "set session_replication_role = replica",
        "select * from flyway_schema_history",
        "set role postgres"
      })
  void the_service_changes_neither_the_audit_trail_nor_a_table(String statement) {
    JdbcClient service = vitalroutes.bean(JdbcClient.class);
    vitalroutes.bean(Audit.class).record("otto", "look", null, "nothing");

    assertThatThrownBy(() -> service.sql(statement).update())
        .rootCause()
        .hasMessageMatching("(?s)ERROR: (permission denied|must be owner).*");
    assertThat(
            service
                .sql("select count(*) from audit_event where actor = 'otto' and detail = 'nothing'")
                .query(Integer.class)
                .single())
        .isPositive();
  }

  @Test
  void the_service_makes_and_drops_partitions_of_the_inbox() {
    JdbcClient service = vitalroutes.bean(JdbcClient.class);

    assertThat(
            service
                .sql("select maintain_inbox_partitions(interval '-30 days')")
                .query(Integer.class)
                .single())
        .isPositive();
    assertThat(
            service
                .sql("select maintain_inbox_partitions(interval '30 days')")
                .query(Integer.class)
                .single())
        .isZero();
  }

  @Test
  void a_user_without_accounts_sees_an_empty_list() {
    var answer = vitalroutes.get("/api/connected-accounts/", tokens.of("someone"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[]");
  }
}
