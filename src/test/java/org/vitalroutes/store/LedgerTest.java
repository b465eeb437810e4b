package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.LocalPostgres;

/** The ledger accepts the holder of a lease and refuses a late worker. */
class LedgerTest {

  private static final UUID ACCOUNT = UUID.randomUUID();
  private static final UUID WORKER = UUID.randomUUID();
  private static final UUID ANOTHER = UUID.randomUUID();
  private static final Instant MONDAY = Instant.parse("2026-03-02T07:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-03-03T07:00:00Z");
  private static final Window WEEK = new Window(MONDAY, MONDAY.plusSeconds(7 * 86_400));

  static JdbcClient jdbc;
  static Ledger ledger;

  @BeforeAll
  static void prepare() {
    var database = LocalPostgres.shared().newPool();
    Flyway.configure().dataSource(database).load().migrate();
    jdbc = JdbcClient.create(database);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(database));
    ledger =
        new Ledger(
            jdbc,
            new JdbcTemplate(database),
            transaction,
            new SyncRequests(jdbc, transaction),
            Duration.ofMinutes(5),
            true);
  }

  @BeforeEach
  void connect() {
    jdbc.sql("truncate connected_account cascade").update();
    jdbc.sql(
            """
            insert into connected_account (id, provider, subject, external_user_id, status, scopes)
            values (?, 'withings', 'someone', '1', 'connected', '')
            """)
        .param(ACCOUNT)
        .update();
  }

  @Test
  void what_the_holder_of_the_lease_has_sent_is_recorded() {
    SyncRequest mine = leasedBy(WORKER);

    ledger.record(mine, List.of(sent("weight", MONDAY, "aa", false)));

    assertThat(known("weight")).isEqualTo(Map.of("weight", "aa"));
  }

  @Test
  void after_a_late_worker_the_ledger_knows_nothing_and_asks_again() {
    SyncRequest late = leasedBy(WORKER);
    SyncRequest now = takenOverBy(ANOTHER, late);
    ledger.record(
        now, List.of(sent("weight", MONDAY, "bb", false), sent("pulse", MONDAY, "cc", false)));
    jdbc.sql("delete from sync_request").update();

    assertThatThrownBy(
            () ->
                ledger.record(
                    late,
                    List.of(
                        sent("weight", MONDAY, "aa", false), sent("fat", TUESDAY, "dd", false))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(known("weight", "fat", "pulse")).isEqualTo(Map.of("pulse", "cc"));
    assertThat(
            jdbc.sql("select priority, window_from, window_to from sync_request")
                .query(
                    (row, i) ->
                        List.<Object>of(
                            row.getString(1),
                            row.getTimestamp(2).toInstant(),
                            row.getTimestamp(3).toInstant()))
                .list())
        .containsExactly(List.of(Priority.LIVE.code(), MONDAY, TUESDAY));
  }

  @Test
  void the_weights_of_a_year_after_a_height_are_requested_again_where_it_was_and_where_it_is() {
    SyncRequest mine = leasedBy(WORKER);
    ledger.record(mine, List.of(sent("meas-1-7-4", MONDAY, "aa", false)));
    assertThat(backfill()).as("no weight was delivered yet").isEmpty();
    ledger.record(
        mine,
        List.of(
            sent("meas-1-8-1", TUESDAY, "bb", false), sent("meas-1-9-173-4", MONDAY, "cc", false)));
    assertThat(backfill()).as("no height is among them").isEmpty();

    ledger.record(mine, List.of(sent("meas-1-7-4", TUESDAY.plusSeconds(60), "dd", false)));

    assertThat(backfill())
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.from()).isEqualTo(MONDAY);
              assertThat(window.to()).isAfter(TUESDAY);
            });
  }

  private static List<Window> backfill() {
    return jdbc.sql("select window_from, window_to from sync_request where priority = 'backfill'")
        .query(
            (row, i) ->
                new Window(row.getTimestamp(1).toInstant(), row.getTimestamp(2).toInstant()))
        .list();
  }

  @Test
  void the_heights_of_a_window_and_the_valid_among_keys_are_found() {
    SyncRequest mine = leasedBy(WORKER);
    ledger.record(
        mine,
        List.of(
            sent("meas-1-7-4", MONDAY, "aa", false),
            sent("meas-1-8-4", MONDAY, "aa", true),
            sent("meas-1-9-173-4", MONDAY, "aa", false),
            sent("bmi-1-7", MONDAY, "aa", false),
            sent("bmi-1-8", MONDAY, "aa", true)));

    assertThat(ledger.heights(mine, WEEK)).extracting(Delivered::key).containsExactly("meas-1-7-4");
    assertThat(ledger.heights(mine, new Window(TUESDAY, TUESDAY.plusSeconds(1)))).isEmpty();
    assertThat(ledger.validAmong(mine, List.of("bmi-1-7", "bmi-1-8", "bmi-1-9")))
        .extracting(Delivered::key)
        .containsExactly("bmi-1-7");
  }

  @Test
  void what_a_late_worker_has_revived_is_found_among_the_removed() {
    SyncRequest late = leasedBy(WORKER);
    SyncRequest now = takenOverBy(ANOTHER, late);
    ledger.record(now, List.of(sent("weight", MONDAY, "bb", true)));

    assertThatThrownBy(() -> ledger.record(late, List.of(sent("weight", MONDAY, "aa", false))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(ledger.valid(now, WEEK)).extracting(Delivered::key).containsExactly("weight");
  }

  @Test
  void the_content_is_unknown_from_before_a_transaction_is_sent_until_its_outcome() {
    SyncRequest mine = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.record(mine, List.of(weight));

    ledger.recordSending(mine, List.of(weight, sent("fat", MONDAY, "bb", false)));
    assertThat(known("weight", "fat")).isEmpty();
    assertThat(rows("delivered")).isEqualTo(2);

    ledger.record(mine, List.of(weight));
    assertThat(known("weight", "fat")).isEqualTo(Map.of("weight", "aa"));
  }

  @Test
  void a_refused_transaction_leaves_the_ledger_as_it_was() {
    SyncRequest mine = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.record(mine, List.of(weight));

    List<Delivered> both =
        List.of(sent("weight", MONDAY, "ee", false), sent("fat", MONDAY, "bb", false));
    ledger.recordSending(mine, both);
    ledger.recordRefusal(mine, both);

    assertThat(known("weight", "fat")).isEqualTo(Map.of("weight", "aa"));
    assertThat(rows("delivered")).isEqualTo(1);
  }

  @Test
  void a_worker_that_lost_its_lease_records_no_sending() {
    SyncRequest late = leasedBy(WORKER);
    takenOverBy(ANOTHER, late);

    assertThatThrownBy(
            () -> ledger.recordSending(late, List.of(sent("weight", MONDAY, "aa", false))))
        .isInstanceOf(LeaseLostException.class);
    assertThat(rows("delivered")).isZero();
  }

  @Test
  void after_an_unclear_transaction_the_next_is_believed_until_the_first_may_have_been_applied() {
    SyncRequest mine = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.recordSending(mine, List.of(weight));
    Delivered corrected = sent("weight", MONDAY, "bb", false);
    ledger.recordSending(mine, List.of(corrected));
    ledger.record(mine, List.of(corrected));
    assertThat(known("weight")).isEqualTo(Map.of("weight", "bb"));
    assertThat(settled()).isZero();

    passes("6 minutes");
    assertThat(known("weight")).isEmpty();
    jdbc.sql("delete from sync_request").update();
    assertThat(settled()).isEqualTo(1);
    assertThat(requested()).containsExactly("measures backfill " + MONDAY);

    SyncRequest again = leasedBy(WORKER);
    ledger.recordSending(again, List.of(corrected));
    ledger.record(again, List.of(corrected));
    assertThat(known("weight")).isEqualTo(Map.of("weight", "bb"));
    passes("6 minutes");
    assertThat(settled()).isZero();
  }

  @Test
  void what_a_killed_worker_has_sent_is_requested_again() {
    ledger.recordSending(leasedBy(WORKER), List.of(sent("weight", MONDAY, "aa", false)));
    jdbc.sql("delete from sync_request").update();
    assertThat(settled()).isZero();

    passes("6 minutes");

    assertThat(settled()).isEqualTo(1);
    assertThat(requested()).containsExactly("measures backfill " + MONDAY);
    assertThat(settled()).isZero();
  }

  @Test
  void a_deleted_resource_that_a_late_transaction_may_bring_back_is_deleted_again() {
    SyncRequest mine = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.recordSending(mine, List.of(weight));
    ledger.recordSending(mine, List.of(weight.gone()));
    ledger.record(mine, List.of(weight.gone()));
    jdbc.sql("delete from sync_request").update();
    jdbc.sql("update connected_account set status = 'disconnected', on_disconnect = 'delete'")
        .update();
    assertThat(ledger.valid(mine, "", 10, false)).isEmpty();

    passes("6 minutes");

    assertThat(settled()).isEqualTo(1);
    assertThat(requested()).containsExactly("measures withdrawal " + MONDAY);
    assertThat(ledger.valid(mine, "", 10, false))
        .extracting(Delivered::key)
        .containsExactly("weight");
  }

  @Test
  void what_a_late_worker_wrote_after_it_was_not_found_is_not_recorded_as_gone() {
    SyncRequest late = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.recordSending(late, List.of(weight));
    SyncRequest mine = takenOverBy(ANOTHER, late);

    assertThatThrownBy(() -> ledger.record(late, List.of(weight)))
        .isInstanceOf(LeaseLostException.class);
    ledger.record(mine, List.of(weight.gone()));

    assertThat(ledger.valid(mine, "", 10, false))
        .extracting(Delivered::key)
        .containsExactly("weight");
  }

  @Test
  void what_was_not_found_while_its_transaction_was_under_way_is_looked_for_again() {
    SyncRequest late = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.recordSending(late, List.of(weight));
    ledger.record(takenOverBy(ANOTHER, late), List.of(weight.gone()));
    jdbc.sql("delete from sync_request").update();
    jdbc.sql("update connected_account set status = 'disconnected', on_disconnect = 'mark'")
        .update();

    passes("6 minutes");

    assertThat(settled()).isEqualTo(1);
    assertThat(requested()).containsExactly("measures withdrawal " + MONDAY);
  }

  private static int settled() {
    return jdbc.sql(WorkTables.statement("settle-deliveries"))
        .param("fhirlongestwrite", "PT5M")
        .update();
  }

  private static void passes(String time) {
    jdbc.sql(
            """
            update delivered set sent_at = sent_at - cast(:time as interval),
              unclear_until = unclear_until - cast(:time as interval)
            """)
        .param("time", time)
        .update();
  }

  private static List<String> requested() {
    return jdbc.sql("select kind, priority, window_from from sync_request")
        .query(
            (row, i) ->
                row.getString(1) + " " + row.getString(2) + " " + row.getTimestamp(3).toInstant())
        .list();
  }

  @Test
  void what_may_be_another_persons_waits_once_until_an_operator_releases_it() {
    SyncRequest request = leasedBy(WORKER);
    List<Produced> weight = List.of(ambiguous("weight", MONDAY));

    assertThat(ledger.hold(request, weight)).isEmpty();
    assertThat(ledger.hold(request, weight)).isEmpty();
    assertThat(waiting()).containsExactly("weight");

    settle("replayed");
    assertThat(ledger.hold(request, weight)).containsExactly("weight");
    assertThat(waiting()).isEmpty();
  }

  @Test
  void what_an_operator_has_discarded_is_neither_sent_nor_held_again() {
    SyncRequest request = leasedBy(WORKER);
    ledger.hold(request, List.of(ambiguous("weight", MONDAY)));
    settle("discarded");

    assertThat(ledger.hold(request, List.of(ambiguous("weight", MONDAY)))).isEmpty();
    assertThat(waiting()).isEmpty();
  }

  @Test
  void what_withings_gives_to_its_owner_waits_no_longer() {
    SyncRequest request = leasedBy(WORKER);
    ledger.hold(request, List.of(ambiguous("weight", MONDAY)));

    assertThat(known("weight")).isEqualTo(Map.of("weight", ""));
    ledger.record(request, List.of(sent("weight", MONDAY, "aa", false)));

    assertThat(waiting()).isEmpty();
  }

  @Test
  void what_withings_gives_to_another_person_waits_no_longer() {
    SyncRequest request = leasedBy(WORKER);
    ledger.hold(request, List.of(ambiguous("weight", MONDAY), ambiguous("pulse", TUESDAY)));

    assertThat(ledger.held(request, new Window(MONDAY, MONDAY)))
        .isEqualTo(Map.of("weight", MONDAY));
    ledger.discardHeld(request, Set.of("weight"));
    assertThat(waiting()).containsExactly("pulse");
  }

  @Test
  void what_removed_while_it_was_held_is_held_again_when_it_comes_back() {
    SyncRequest request = leasedBy(WORKER);
    List<Produced> weight = List.of(ambiguous("weight", MONDAY));
    ledger.hold(request, weight);
    ledger.discardHeld(request, Set.of("weight"));

    assertThat(ledger.hold(request, weight)).isEmpty();
    assertThat(waiting()).containsExactly("weight");
  }

  @Test
  void what_was_delivered_and_may_be_another_persons_now_is_withdrawn_and_waits() {
    SyncRequest request = leasedBy(WORKER);
    ledger.record(request, List.of(sent("weight", MONDAY, "aa", false)));
    ledger.hold(request, List.of(ambiguous("weight", MONDAY)));

    assertThat(ledger.valid(request, WEEK)).extracting(Delivered::key).containsExactly("weight");
    assertThat(ledger.held(request, WEEK)).containsKey("weight");
    ledger.record(request, List.of(sent("weight", MONDAY, "ee", true)));
    assertThat(waiting()).containsExactly("weight");
    assertThat(ledger.valid(request, WEEK)).isEmpty();

    settle("replayed");
    ledger.record(request, List.of(sent("weight", MONDAY, "aa", false)));
    assertThat(ledger.held(request, WEEK)).isEmpty();
  }

  private static List<String> waiting() {
    return jdbc.sql("select key from dead_letter where settled is null order by key")
        .query(String.class)
        .list();
  }

  private static void settle(String state) {
    jdbc.sql("update dead_letter set settled = ?, settled_at = now()").param(state).update();
  }

  private static Produced ambiguous(String key, Instant measured) {
    Observation observation = new Observation();
    observation.setId("id-" + key);
    return new Produced(key, measured, observation, false, true, null);
  }

  @Test
  void what_is_deleted_is_not_valid_and_stays_in_the_ledger() {
    SyncRequest mine = leasedBy(WORKER);
    Delivered weight = sent("weight", MONDAY, "aa", false);
    ledger.record(mine, List.of(weight, sent("pulse", MONDAY, "bb", false)));

    ledger.record(takenOverBy(ANOTHER, mine), List.of(weight.gone()));

    assertThat(known("weight", "pulse")).isEqualTo(Map.of("pulse", "bb"));
    assertThat(ledger.valid(mine, "", 10, false))
        .extracting(Delivered::key)
        .containsExactly("pulse");
    assertThat(rows("delivered")).isEqualTo(2);
  }

  @Test
  void what_was_withdrawn_is_remembered_when_it_has_come_back() {
    SyncRequest mine = leasedBy(WORKER);
    ledger.record(mine, List.of(sent("weight", MONDAY, "aa", false)));
    assertThat(withdrawn()).isEmpty();

    ledger.record(mine, List.of(sent("weight", MONDAY, "ee", true)));
    assertThat(withdrawn()).containsExactly("id-weight");

    ledger.record(mine, List.of(sent("weight", MONDAY, "aa", false)));
    assertThat(withdrawn()).containsExactly("id-weight");
  }

  @Test
  void what_was_withdrawn_of_another_patient_is_new() {
    SyncRequest mine = leasedBy(WORKER);
    ledger.record(mine, List.of(sent("weight", MONDAY, "ee", true)));
    ledger.record(mine, List.of(sent("weight", MONDAY, "ee", true)));

    ledger.record(
        mine, List.of(new Delivered("weight", "Observation", "another", MONDAY, "aa", false)));

    assertThat(withdrawn()).isEmpty();
  }

  @Test
  void provenances_are_deleted_before_what_they_refer_to_and_never_marked() {
    SyncRequest mine = leasedBy(WORKER);
    ledger.record(
        mine,
        List.of(
            sent("act-1-20260302-steps", MONDAY, "aa", false),
            new Delivered("about-1-00", "Provenance", "p", MONDAY, "bb", false)));

    assertThat(ledger.valid(mine, "", 10, true))
        .extracting(Delivered::key)
        .containsExactly("about-1-00", "act-1-20260302-steps");
    assertThat(ledger.valid(mine, "", 10, false))
        .extracting(Delivered::key)
        .containsExactly("act-1-20260302-steps");
    assertThat(ledger.valid(mine, WEEK)).extracting(Delivered::key).doesNotContain("about-1-00");
  }

  private static Set<String> withdrawn() {
    return ledger.withdrawn(ACCOUNT, List.of("weight", "pulse"));
  }

  @Test
  void what_stands_is_read_by_key_and_in_parts() {
    SyncRequest mine = leasedBy(WORKER);
    ledger.record(
        mine,
        List.of(
            sent("ecg-1-bp", MONDAY, "aa", false),
            sent("ecg-1", TUESDAY, "bb", false),
            sent("ecg-2", MONDAY, "cc", true),
            sent("Z", MONDAY, "dd", false),
            new Delivered("device", "Device", "id", MONDAY, "ee", false)));

    assertThat(ledger.valid(mine, "", 2, false))
        .extracting(Delivered::key)
        .containsExactly("Z", "ecg-1");
    assertThat(ledger.valid(mine, "ecg-1", 2, false))
        .extracting(Delivered::key)
        .containsExactly("ecg-1-bp");
  }

  @ParameterizedTest
  @CsvSource({"mark, 1", "delete, 1", "keep, 0"})
  void what_was_sent_while_its_account_was_disconnected_is_withdrawn_as_was_settled(
      String onDisconnect, int withdrawals) {
    SyncRequest late = leasedBy(WORKER);
    jdbc.sql("delete from sync_request").update();
    jdbc.sql("update connected_account set status = 'disconnected', on_disconnect = ?")
        .param(onDisconnect)
        .update();

    assertThatThrownBy(() -> ledger.record(late, List.of(sent("weight", MONDAY, "aa", false))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(rows("sync_request")).isEqualTo(withdrawals);
    assertThat(
            jdbc.sql("select priority from sync_request where window_from = ? and window_to = ?")
                .param(MONDAY.atOffset(ZoneOffset.UTC))
                .param(MONDAY.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list())
        .hasSize(withdrawals)
        .allMatch(Priority.WITHDRAWAL.code()::equals);
  }

  private static int rows(String table) {
    return jdbc.sql("select count(*) from " + table).query(Integer.class).single();
  }

  private static SyncRequest leasedBy(UUID worker) {
    return jdbc.sql(
            """
            insert into sync_request (account_id, kind, priority, window_from, window_to, leased_by,
              leased_at, leased_until, fence)
            values (?, 'measures', 'live', now(), now(), ?, now(), now() + interval '30 seconds', 1)
            returning id, fence
            """)
        .param(ACCOUNT)
        .param(worker)
        .query((row, i) -> request(row.getLong(1), row.getLong(2), worker))
        .single();
  }

  private static SyncRequest takenOverBy(UUID worker, SyncRequest request) {
    jdbc.sql("update sync_request set leased_by = ?, leased_at = now(), fence = fence + 1")
        .param(worker)
        .update();
    return request(request.id(), request.fence() + 1, worker);
  }

  private static SyncRequest request(long id, long fence, UUID worker) {
    return new SyncRequest(
        id,
        fence,
        1,
        new AccountRef(ACCOUNT, "withings", "someone", "1", "p1"),
        DataKind.MEASURES,
        Priority.LIVE,
        WEEK,
        null,
        1,
        worker,
        "the-correlation",
        Instant.EPOCH);
  }

  private static Delivered sent(String key, Instant at, String hash, boolean inError) {
    return new Delivered(key, "Observation", "id-" + key, at, hash, inError);
  }

  private static Map<String, String> known(String... keys) {
    return ledger.hashes(ACCOUNT, List.of(keys));
  }
}
