package org.vitalroutes.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.events.Event;
import org.vitalroutes.events.EventQueue;
import org.vitalroutes.events.Sink;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.operations.DeadLetterFilter;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.operations.DeadLetterView;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

class EventsTest {

  private static final WorkTables tables = new WorkTables();
  private static final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(tables.database));
  private static final Audit audit = new Audit(tables.jdbc);
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final Window WEEK = new Window(MONDAY, MONDAY.plus(Duration.ofDays(7)));

  private final Events events = new Events(tables.jdbc, transaction, audit);

  @BeforeEach
  void empty() {
    tables.jdbc.sql("truncate connected_account, event, event_queue cascade").update();
    events.start(Set.of(Sink.WEBHOOK));
  }

  @Test
  void what_happens_to_an_account_is_an_event_with_its_person_and_patient() throws IOException {
    UUID account = tables.account("anna");
    tables.jdbc.sql("update connected_account set status = 'reconnect_required'").update();
    tables
        .jdbc
        .sql("update connected_account set status = 'connected', connected_at = clock_timestamp()")
        .update();
    tables.jdbc.sql("update connected_account set access_token_expires_at = now()").update();
    tables.jdbc.sql("update connected_account set patient_id = '2'").update();
    tables.jdbc.sql("update connected_account set status = 'disconnected'").update();

    List<Event> waiting = claimOne().events();

    assertThat(waiting)
        .extracting(Event::type)
        .containsExactly(
            "account.connected",
            "account.patient_matched",
            "account.reconnect_required",
            "account.connected",
            "account.patient_matched",
            "account.disconnected");
    JsonNode body = new ObjectMapper().readTree(waiting.get(0).body());
    assertThat(body.fieldNames()).toIterable().containsExactly("type", "timestamp", "data");
    assertThat(Instant.parse(body.path("timestamp").asText())).isBefore(Instant.now());
    assertThat(body.path("data"))
        .isEqualTo(
            new ObjectMapper()
                .createObjectNode()
                .put("account", account.toString())
                .put("subject", "anna")
                .put("provider", "withings")
                .put("patient", "Patient/1"));
  }

  @Test
  void a_filled_history_and_a_dead_letter_are_events() {
    UUID account = accountWithoutEvents("anna");
    for (int i = 0; i < 2; i++) {
      tables.jdbc.sql("update cursor set history_filled_at = now() where kind = 'sleep'").update();
    }
    deadLetter(account);

    assertThat(claimOne().events())
        .extracting(Event::type, event -> event.data().replaceAll("\"id\": \\d+", "\"id\": 1"))
        .containsExactly(
            tuple(
                "history.completed",
                "{\"kind\": \"sleep\", \"account\": \"" + account + "\", \"subject\": \"anna\"}"),
            tuple(
                "dead_letter.created",
                "{\"id\": 1, \"kind\": \"measures\", \"reason\": \"fhir-refused\", \"account\": \""
                    + account
                    + "\"}"));
  }

  @Test
  void a_delivery_is_an_event_of_at_most_100_observations_in_the_transaction_of_the_ledger()
      throws IOException {
    accountWithoutEvents("anna");
    SyncRequests replica = tables.replica();
    replica.request(account("anna"), DataKind.MEASURES, Priority.LIVE, WEEK, "c");
    SyncRequest request = tables.claimOne(replica);
    Ledger ledger =
        new Ledger(
            tables.jdbc,
            new JdbcTemplate(tables.database),
            transaction,
            replica,
            Duration.ofMinutes(5),
            false);
    List<Delivered> entries =
        IntStream.range(0, 130)
            .mapToObj(n -> observation("k" + n, n == 129 ? "entered-in-error" : "final"))
            .toList();

    ledger.recordSending(request, entries);
    assertThat(waiting()).isZero();
    ledger.record(request, List.of(new Delivered("d", "Device", "d", MONDAY, "00", false)));
    ledger.record(request, entries);

    List<Event> sent = claimOne().events();
    assertThat(sent).extracting(Event::type).containsOnly("observations.changed").hasSize(2);
    JsonNode first = new ObjectMapper().readTree(sent.get(0).data());
    JsonNode second = new ObjectMapper().readTree(sent.get(1).data());
    assertThat(first.path("resources")).hasSize(100);
    assertThat(second.path("resources")).hasSize(30);
    assertThat(second.at("/resources/29"))
        .hasToString("{\"status\":\"entered-in-error\",\"reference\":\"Observation/id-k129\"}");
    assertThat(first.path("kind").asText()).isEqualTo("measures");
    assertThat(first.path("subject").asText()).isEqualTo("anna");
    assertThat(first.path("patient").asText()).isEqualTo("Patient/1");
  }

  @Test
  void a_fact_that_is_rolled_back_is_no_event_and_without_a_sink_none_is_written() {
    transaction.executeWithoutResult(
        status -> {
          tables.account("anna");
          status.setRollbackOnly();
        });
    assertThat(waiting()).isZero();

    events.start(Set.of());
    tables.account("bert");
    assertThat(waiting()).isZero();
  }

  @Test
  void each_sink_gets_the_same_message() {
    events.start(Set.of(Sink.WEBHOOK, Sink.KAFKA));
    tables.account("anna");

    assertThat(events.claim(Sink.KAFKA, 9).get(0).next().messageId())
        .startsWith("evt_")
        .isEqualTo(claimOne().next().messageId());
  }

  /** Otherwise an event could be sent before one that is committed later and has a lower id. */
  @Test
  void the_events_of_an_account_are_written_in_the_order_of_its_commits() throws SQLException {
    UUID account = accountWithoutEvents("anna");
    UUID other = accountWithoutEvents("bert");
    try (Connection slow = tables.database.getConnection();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      statement.execute("select record_event('" + account + "', 'first', '{}')");
      Thread second = new Thread(() -> record(account, "second"));
      second.start();
      record(other, "beside");
      assertThat(waiting()).as("the account's second waits for its first").isEqualTo(1);
      slow.commit();
      await().until(() -> waiting() == 3);
    }

    assertThat(queueOf(account).events())
        .extracting(Event::type)
        .containsExactly("first", "second");
  }

  @Test
  void one_worker_at_a_time_sends_an_accounts_events() {
    tables.account("anna");
    EventQueue claimed = claimOne();

    assertThat(other().claim(Sink.WEBHOOK, 9)).isEmpty();
    assertThat(events.hold(claimed)).isTrue();

    tables.jdbc.sql("update event_queue set leased_until = now() - interval '1 s'").update();
    EventQueue taken = other().claim(Sink.WEBHOOK, 9).get(0);

    assertThat(events.hold(claimed)).isFalse();
    events.release(claimed);
    assertThat(other().hold(taken)).as("leases are of workers").isFalse();
  }

  @Test
  void what_was_taken_is_not_sent_again_and_what_came_meanwhile_is() {
    UUID account = tables.account("anna");
    EventQueue queue = claimOne();
    record(account, "meanwhile");
    while (!queue.events().isEmpty()) {
      events.taken(queue, queue.next(), "HTTP 204");
      queue = queue.rest();
    }
    events.release(queue);

    EventQueue next = claimOne();
    assertThat(next.events()).extracting(Event::type).containsExactly("meanwhile");
    events.taken(next, next.next(), "HTTP 204");
    events.release(next.rest());
    assertThat(count("event_queue")).isZero();
    assertThat(events.summary().get("webhook").lastAnswer()).isEqualTo("HTTP 204");
  }

  @Test
  void an_event_that_is_not_taken_holds_back_those_of_its_account_and_of_nobody_else() {
    UUID account = tables.account("anna");
    EventQueue queue = claimOne();
    events.failed(queue, queue.next(), "HTTP 503", Duration.ofMinutes(1));
    tables.account("bert");

    List<EventQueue> due = events.claim(Sink.WEBHOOK, 9);

    assertThat(due).extracting(EventQueue::account).doesNotContain(account).hasSize(1);
    events.sendAgain("otto");
    assertThat(queueOf(account).next()).isEqualTo(queue.next());
  }

  @Test
  void after_three_days_in_vain_an_event_is_a_dead_letter_and_the_next_is_sent() {
    tables.account("anna");
    EventQueue queue = claimOne();
    tables.jdbc.sql("update event set occurred_at = now() - interval '4 days'").update();

    assertThat(events.failed(queue, queue.next(), "HTTP 503", Duration.ZERO))
        .as("the service itself may have been down for those days")
        .isFalse();
    tables.jdbc.sql("update event_queue set failing_since = now() - interval '73 h'").update();
    EventQueue again = claimOne();
    assertThat(again.tries()).isEqualTo(1);
    assertThat(events.failed(again, again.next(), "HTTP 503", Duration.ZERO)).isTrue();

    assertThat(claimOne().next().type()).isEqualTo("account.patient_matched");
    assertThat(events.summary().get("webhook").deadLetters()).isEqualTo(1);
    DeadLetterView letter = onlyDeadLetter("waiting");
    assertThat(letter.reason()).isEqualTo("event-not-taken");
    assertThat(letter.detail()).isEqualTo("webhook did not take account.connected: HTTP 503");
    assertThat(letter.tries()).isEqualTo(2);
    assertThat(count("event where type = 'dead_letter.created'"))
        .as("no event of an event, which would not be taken either")
        .isZero();
    assertThat(events.sendAgain("otto")).isEqualTo(1);
    assertThat(events.summary().get("webhook").waiting()).isEqualTo(2);
    assertThat(onlyDeadLetter("replayed").settledBy()).isEqualTo("otto");
  }

  @Test
  void the_dead_letter_of_an_event_is_replayed_as_the_event_or_discarded_with_it() {
    UUID account = deadEvent("anna");
    DeadLetters letters = new DeadLetters(tables.jdbc, transaction, audit);

    letters.replay(onlyDeadLetter("waiting").id(), "otto", "");

    assertThat(queueOf(account).next().type()).isEqualTo("account.connected");
    assertThat(count("sync_request")).isZero();

    UUID other = deadEvent("bert");
    letters.discard(onlyDeadLetter("waiting").id(), "otto", "nobody needs it");
    assertThat(count("event where dead_at is not null")).isZero();
    assertThat(queueOf(other).next().type()).isEqualTo("account.patient_matched");

    deadEvent("cleo");
    letters.replay(
        new DeadLetterFilter(null, null, null, Events.NOT_TAKEN, null, null), "otto", "");
    assertThat(count("event where dead_at is not null")).isZero();
  }

  /** An account whose oldest event is a dead letter. */
  private UUID deadEvent(String user) {
    UUID account = tables.account(user);
    EventQueue queue = queueOf(account);
    tables.jdbc.sql("update event set occurred_at = now() - interval '4 days'").update();
    tables.jdbc.sql("update event_queue set failing_since = now() - interval '73 h'").update();
    assertThat(events.failed(queue, queue.next(), "HTTP 503", Duration.ZERO)).isTrue();
    tables.jdbc.sql("update event_queue set leased_by = null, leased_until = null").update();
    return account;
  }

  private DeadLetterView onlyDeadLetter(String state) {
    List<DeadLetterView> letters =
        new DeadLetters(tables.jdbc, transaction, audit)
            .list(DeadLetterQuery.of(Map.of("state", state)), "otto")
            .items();
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  @Test
  void a_receiver_that_is_gone_gets_nothing_until_the_next_start_while_events_are_kept() {
    tables.account("anna");
    EventQueue queue = claimOne();
    events.gone(queue, "HTTP 410");
    tables.account("bert");

    assertThat(events.hold(queue)).isFalse();
    assertThat(events.claim(Sink.WEBHOOK, 9)).isEmpty();
    assertThat(events.summary().get("webhook").goneAt()).isNotNull();
    assertThat(waiting()).isEqualTo(4);

    events.start(Set.of(Sink.WEBHOOK));
    assertThat(events.claim(Sink.WEBHOOK, 9)).hasSize(2);
  }

  @Test
  void an_erasure_leaves_of_a_person_only_the_unsent_news_that_the_account_is_disconnected()
      throws IOException {
    UUID account = tables.account("anna");
    tables.jdbc.sql("update connected_account set status = 'disconnected'").update();
    PersonalData data =
        new PersonalData(tables.database, tables.jdbc, transaction, audit, ErasureList.of(""));
    Person anna = new Person("anna", Actor.of("anna"), "");

    try (InputStream export = data.export(anna, MONDAY)) {
      assertThat(new String(export.readAllBytes(), UTF_8)).contains("account.patient_matched");
    }
    assertThat(data.erase(anna)).containsEntry("event", 3L);

    EventQueue left = queueOf(account);
    assertThat(left.events()).extracting(Event::type).containsExactly("account.disconnected");
    assertThat(left.next().data()).doesNotContain("anna").doesNotContain("Patient");
  }

  private Events other() {
    return new Events(tables.jdbc, transaction, audit);
  }

  private EventQueue claimOne() {
    List<EventQueue> due = events.claim(Sink.WEBHOOK, 9);
    assertThat(due).hasSize(1);
    return due.get(0);
  }

  private EventQueue queueOf(UUID account) {
    return events.claim(Sink.WEBHOOK, 9).stream()
        .filter(queue -> queue.account().equals(account))
        .findFirst()
        .orElseThrow();
  }

  private static UUID account(String user) {
    return tables
        .jdbc
        .sql("select id from connected_account where subject = ?")
        .param(user)
        .query(UUID.class)
        .single();
  }

  private static UUID accountWithoutEvents(String user) {
    UUID account = tables.account(user);
    tables.jdbc.sql("truncate event, event_queue").update();
    return account;
  }

  private static void record(UUID account, String type) {
    tables
        .jdbc
        .sql("select record_event(?, ?, '{}')")
        .param(account)
        .param(type)
        .query((row, i) -> true)
        .list();
  }

  private static void deadLetter(UUID account) {
    tables
        .jdbc
        .sql(
            """
            insert into dead_letter (account_id, kind, priority, since, tries, reason, detail)
            values (?, 'measures', 'live', now(), 1, 'fhir-refused', '')
            """)
        .param(account)
        .update();
  }

  private static Delivered observation(String key, String status) {
    return new Delivered(
        key,
        "Observation",
        "id-" + key,
        MONDAY,
        MONDAY,
        "00",
        status.equals("entered-in-error"),
        null,
        status);
  }

  private static long waiting() {
    return count("event where sent_at is null and dead_at is null");
  }

  private static long count(String from) {
    return tables.jdbc.sql("select count(*) from " + from).query(Long.class).single();
  }
}
