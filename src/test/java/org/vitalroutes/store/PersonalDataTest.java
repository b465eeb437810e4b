package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.testsupport.LocalPostgres;

class PersonalDataTest {

  private static final int ROWS = 60_000;
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  static JdbcClient jdbc;
  static PersonalData data;

  @BeforeAll
  static void prepare() {
    DataSource database = LocalPostgres.shared().newPool();
    Flyway.configure().dataSource(database).load().migrate();
    jdbc = JdbcClient.create(database);
    data =
        new PersonalData(
            database,
            jdbc,
            new TransactionTemplate(new JdbcTransactionManager(database)),
            new Audit(jdbc),
            ErasureList.of(""));
    for (String subject : List.of("anna", "bert", "cleo", "dora", "emma")) {
      jdbc.sql(
              """
              with account as (
                insert into connected_account
                  (provider, subject, external_user_id, status, scopes, refresh_token)
                values ('withings', :subject, :subject, 'connected', 'user.metrics', 'secret')
                returning id)
              insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
                content_hash)
              select id, 'meas-' || n, 'measures', 'Observation', 'r' || n, now(), 'hash'
              from account, generate_series(1, :rows) n
              """)
          .param("subject", subject)
          .param("rows", subject.equals("anna") ? ROWS : 10)
          .update();
    }
  }

  @Test
  void an_export_holds_every_row_and_no_token() throws IOException {
    try (InputStream export = export("anna")) {
      JsonNode held = new ObjectMapper().readTree(export);

      assertThat(held.path("exported_at").asText()).isEqualTo(NOW.toString());
      assertThat(held.at("/held/delivered")).hasSize(ROWS);
      assertThat(held.at("/held/connected_account")).hasSize(1);
      assertThat(held.at("/held/connected_account/0/subject").asText()).isEqualTo("anna");
      assertThat(held.at("/held/connected_account/0").has("refresh_token")).isFalse();
    }
  }

  /** Before, each of forty built the whole document in memory, and the replica ended. */
  @Test
  void of_forty_exports_of_one_person_one_is_answered_and_it_is_read_as_it_is_written()
      throws IOException {
    List<InputStream> open = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 40; i++) {
      try {
        open.add(export("anna"));
      } catch (ApiException e) {
        assertThat(e.code()).isEqualTo("too_many_requests");
        assertThat(e.retryAfter()).isPositive();
        refused++;
      }
    }

    assertThat(open).hasSize(1);
    assertThat(refused).isEqualTo(39);
    assertThat(open.get(0).readNBytes(100)).hasSize(100);
    open.get(0).close();
    export("anna").close();
  }

  @Test
  void a_replica_has_a_few_exports_at_a_time_and_others_come_again() throws IOException {
    List<InputStream> open = new ArrayList<>();
    for (String subject : List.of("anna", "bert", "cleo", "dora")) {
      open.add(export(subject));
    }

    assertThatThrownBy(() -> export("emma")).isInstanceOf(ApiException.class);
    for (InputStream each : open) {
      each.close();
      each.close();
    }
    export("emma").close();
  }

  private static InputStream export(String subject) {
    return data.export(new Person(subject, Actor.of(subject), ""), NOW);
  }
}
