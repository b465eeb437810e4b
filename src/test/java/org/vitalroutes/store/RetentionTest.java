package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Housekeeping removes rows past their retention, in a real database. */
class RetentionTest {

  private static final String FOR_EVER = "P0D";

  private final WorkTables tables = new WorkTables();
  private final JdbcClient jdbc = tables.jdbc;
  private final UUID account = tables.account("otto");

  @Test
  void nothing_but_the_inbox_has_a_retention_by_default() {
    old_rows();

    keepHouse(FOR_EVER, FOR_EVER, FOR_EVER);

    assertThat(count("audit_event")).isEqualTo(2);
    assertThat(count("dead_letter")).isEqualTo(3);
    assertThat(count("delivered")).isEqualTo(3);
  }

  @Test
  void settled_dead_letters_leave_after_their_retention_and_open_ones_never() {
    old_rows();

    keepHouse(FOR_EVER, FOR_EVER, "P90D");

    assertThat(jdbc.sql("select reason from dead_letter order by 1").query(String.class).list())
        .containsExactly("open", "settled lately");
  }

  @Test
  void the_ledger_forgets_readings_past_their_retention_unless_their_outcome_is_not_known() {
    old_rows();

    keepHouse(FOR_EVER, "P2Y", FOR_EVER);

    assertThat(jdbc.sql("select key from delivered order by 1").query(String.class).list())
        .containsExactly("new", "old and being sent");
  }

  @Test
  void the_audit_trail_is_dropped_by_whole_months() {
    jdbc.sql("create table audit_event_until_20250201 (like audit_event including defaults)")
        .update();
    jdbc.sql(
            """
            alter table audit_event attach partition audit_event_until_20250201
            for values from ('2025-01-01Z') to ('2025-02-01Z')
            """)
        .update();
    audited("2025-01-20Z");
    audited("now");

    keepHouse("P10Y", FOR_EVER, FOR_EVER);
    assertThat(count("audit_event")).isEqualTo(2);

    keepHouse("P1Y", FOR_EVER, FOR_EVER);
    assertThat(count("audit_event")).isEqualTo(1);
  }

  @Test
  void the_last_three_months_of_the_audit_trail_cannot_be_dropped() {
    assertThatThrownBy(() -> keepHouse("P89D", FOR_EVER, FOR_EVER))
        .hasMessageContaining("kept for 90 days at least");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete from %s", "truncate %s", "update %s set detail = 'x'"})
  void no_partition_of_the_audit_trail_is_changed_by_itself(String change) {
    audited("now");
    String partition =
        jdbc.sql("select max(tableoid::regclass::text) from audit_event")
            .query(String.class)
            .single();

    assertThat(partition).startsWith("audit_event_until_");
    assertThatThrownBy(() -> jdbc.sql(change.formatted(partition)).update())
        .hasMessageContaining("audit_event is append-only");
  }

  private void old_rows() {
    audited("2020-01-01Z");
    audited("now");
    dead("open", null);
    dead("settled long ago", "now() - interval '91 days'");
    dead("settled lately", "now() - interval '89 days'");
    delivered("new", "now()", "null");
    delivered("old", "now() - interval '3 years'", "null");
    delivered("old and being sent", "now() - interval '3 years'", "now()");
  }

  private void audited(String at) {
    jdbc.sql(
            "insert into audit_event (at, actor, action, detail)"
                + " values (cast(? as timestamptz), 'otto', 'look', '')")
        .param(at)
        .update();
  }

  private void dead(String reason, String settledAt) {
    jdbc.sql(
            """
            insert into dead_letter (account_id, kind, priority, tries, reason, detail, settled, settled_at)
            values (?, 'measures', 'live', 1, ?, '', %s, %s)
            """
                .formatted(settledAt == null ? "null" : "'replayed'", settledAt))
        .param(account)
        .param(reason)
        .update();
  }

  private void delivered(String key, String effectiveAt, String sentAt) {
    jdbc.sql(
            """
            insert into delivered
              (account_id, key, kind, resource_type, resource_id, effective_at, content_hash, sent_at)
            values (?, ?, 'measures', 'Observation', 'x', %s, '', %s)
            """
                .formatted(effectiveAt, sentAt))
        .param(account)
        .param(key)
        .update();
  }

  private void keepHouse(String audit, String ledger, String deadLetters) {
    jdbc.sql(WorkTables.statement("housekeeping"))
        .params(
            Map.of(
                "inboxretention", "P30D",
                "eventsretention", "P7D",
                "auditretention", audit,
                "ledgerretention", ledger,
                "deadletterretention", deadLetters))
        .query()
        .singleRow();
  }

  private int count(String table) {
    return jdbc.sql("select count(*) from " + table).query(Integer.class).single();
  }
}
