package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.operations.FlowStage;
import org.vitalroutes.operations.Summary;
import org.vitalroutes.operations.Throughput;
import org.vitalroutes.store.AccountViews;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Audit;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.DeadLetters;
import org.vitalroutes.store.Events;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.Outages;
import org.vitalroutes.store.Overview;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.store.StageCounts;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.testsupport.CapturedLogs;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** The operations API over HTTP, with a real database. */
@Order(1)
class OperationsTest {

  private static final String API = "/api/operations/";

  @TempDir static Path folder;

  static RunningVitalroutes vitalroutes;
  static JdbcClient jdbc;
  static final UserTokens tokens = new UserTokens();
  static final String otto = tokens.ofOperator("otto");

  UUID account;

  @BeforeAll
  static void start() {
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set("WITHINGS_API_URL", "http://localhost:1")
                // Queued work shall stay queued.
                .set("FETCH_INTERVAL", "3600000")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
    jdbc = vitalroutes.bean(JdbcClient.class);
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  @BeforeEach
  void empty() {
    // The running application may hold a lock on these tables.
    org.awaitility.Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              jdbc.sql("truncate connected_account, notification cascade").update();
              return true;
            });
    account = connected("alice", "4711", "user.metrics", "user.activity");
  }

  @Test
  void the_summary_counts_what_waits_in_each_stage() {
    long deadLetters = deadLetters("fhir-refused");
    replay(deadLetters);
    deadLetters("withings-refused");
    jdbc.sql(
            """
            insert into notification (received_at, user_id, appli, body, oddities)
            values (now() - interval '90 seconds', 'nobody', 1, '', '{}')
            """)
        .update();

    JsonNode summary = json(get("summary"));

    assertThat(summary.at("/stages/due/count").asInt()).isEqualTo(1);
    assertThat(summary.at("/stages/due/oldest_seconds").isNumber()).isTrue();
    assertThat(summary.at("/stages/in_flight/count").asInt()).isZero();
    assertThat(summary.at("/stages/in_flight/oldest_at").isNull()).isTrue();
    assertThat(summary.at("/stages/dead_letters/count").asInt()).isEqualTo(1);
    assertThat(summary.at("/priorities/live/count").asInt()).isEqualTo(1);
    assertThat(summary.at("/priorities/backfill/count").asInt()).isZero();
    assertThat(summary.at("/accounts/connected").asInt()).isEqualTo(1);
    assertThat(summary.at("/accounts/reconnect_required").asInt()).isZero();
    assertThat(summary.path("budget").isNull()).isTrue();
    assertThat(summary.at("/breakers/withings/state").asText()).isEqualTo("closed");
  }

  @Test
  void the_summary_says_what_is_left_of_the_budget() {
    Overview limited =
        new Overview(
            jdbc,
            vitalroutes.bean(TransactionTemplate.class),
            vitalroutes.bean(Accounts.class),
            vitalroutes.bean(AccountViews.class),
            vitalroutes.bean(SyncRequests.class),
            vitalroutes.bean(DeadLetters.class),
            vitalroutes.bean(Redelivery.class),
            new Budget(jdbc, 7),
            vitalroutes.bean(Events.class),
            vitalroutes.bean(Audit.class),
            user -> user);

    assertThat(limited.summary().budget()).isEqualTo(new Summary.Calls(7, 7, null));
  }

  @Test
  void the_summary_says_who_is_down_as_long_as_a_replica_says_so() {
    Outages outages = vitalroutes.bean(Outages.class);
    UUID another = UUID.randomUUID();
    Instant now = Instant.now();
    Breaker.View down =
        new Breaker.View(
            Destination.WITHINGS, "open", now, now.plusSeconds(30), "Withings not reached");

    outages.report(another, List.of(down));
    assertThat(json(get("summary")).at("/breakers/withings").toString())
        .contains("\"state\":\"open\"", "\"replicas\":1", "Withings not reached");

    jdbc.sql("update outage set seen_at = now() - interval '1 minute'").update();
    assertThat(json(get("summary")).at("/breakers/withings/state").asText()).isEqualTo("closed");

    outages.report(another, List.of());
    assertThat(
            jdbc.sql("select count(*) from outage where destination = 'withings'")
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void work_of_an_account_that_must_connect_again_is_held() {
    replay(deadLetters("fhir-refused"));
    reconnectRequired();

    assertThat(json(get("summary")).at("/stages/held/count").asInt()).isEqualTo(1);
    assertThat(json(get("accounts")).at("/items/0/held").asBoolean()).isTrue();
  }

  @Test
  void what_becomes_a_dead_letter_is_listed_oldest_first_in_pages() {
    List<Long> ids = List.of(deadLetters("fhir-refused"), deadLetters("a"), deadLetters("b"));

    JsonNode first = json(get("dead-letters?limit=2"));
    JsonNode second = json(get("dead-letters/?limit=2&after=" + first.path("next").asLong()));

    assertThat(first.path("total").asInt()).isEqualTo(3);
    assertThat(first.path("items").findValuesAsText("id"))
        .containsExactly(ids.get(0).toString(), ids.get(1).toString());
    assertThat(second.path("items").findValuesAsText("id")).containsExactly(ids.get(2).toString());
    assertThat(second.path("next").isNull()).isTrue();
    assertThat(first.at("/items/0").toString())
        .contains(
            "\"account\":\"" + account + "\"",
            "\"kind\":\"measures\"",
            "\"priority\":\"live\"",
            "\"from\":\"2026-01-01T00:00:00Z\"",
            "\"reason\":\"fhir-refused\"",
            "\"detail\":\"FHIR server answered HTTP 422\"",
            "\"tries\":2",
            "\"state\":\"waiting\"");
  }

  @ParameterizedTest
  @CsvSource({
    "account={account}, 2",
    "account=00000000-0000-0000-0000-000000000001, 0",
    "kind=measures, 2",
    "kind=sleep, 0",
    "priority=live, 2",
    "priority=backfill, 0",
    "reason=fhir-refused, 1",
    "since=2020-01-01, 2",
    "until=2020-01-01, 0",
    "kind=measures&reason=withings-refused, 1",
    "state=replayed, 0"
  })
  void the_list_is_filtered(String query, int found) {
    deadLetters("fhir-refused");
    deadLetters("withings-refused");

    JsonNode page = json(get("dead-letters?" + query.replace("{account}", account.toString())));

    assertThat(page.path("total").asInt()).isEqualTo(found);
    assertThat(page.path("items")).hasSize(found);
  }

  @Test
  void a_replay_becomes_a_sync_request_and_is_safe_to_repeat() {
    long id = deadLetters("fhir-refused");

    HttpResponse<String> first = replay(id);
    HttpResponse<String> second = replay(id);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(json(first).path("state").asText()).isEqualTo("replayed");
    assertThat(json(first).path("settled_by").asText()).isEqualTo("otto");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(requests())
        .containsExactly("measures live 2026-01-01T00:00:00Z 2026-01-02T00:00:00Z triggers=1");
    assertThat(audited("replay_dead_letter"))
        .containsExactly("otto " + account + " dead letter " + id);
    assertThat(json(get("dead-letters")).path("total").asInt()).isZero();
  }

  @Test
  void a_dead_lettered_poll_is_replayed_as_a_poll() {
    jdbc.sql(
            """
            insert into dead_letter (account_id, kind, priority, since, tries, reason, detail)
            values (?, 'ecg', 'catch-up', '2026-01-05T00:00:00Z', 1, 'unexpected', 'x')
            """)
        .param(account)
        .update();

    assertThat(post("dead-letters/replay", "{\"kind\": \"ecg\"}").body())
        .isEqualTo("{\"replayed\":1,\"left_dead_letters\":0}");

    assertThat(
            jdbc.sql("select priority || ' ' || (since = '2026-01-05T00:00:00Z') from sync_request")
                .query(String.class)
                .list())
        .containsExactly("catch-up true");
  }

  @Test
  void a_replay_by_filter_makes_one_request_of_those_that_want_the_same() {
    deadLetters("fhir-refused");
    deadLetters("fhir-refused");
    deadLetters("withings-refused");

    HttpResponse<String> done =
        post(
            "dead-letters/replay",
            "{\"reason\": \"fhir-refused\", \"note\": \"profile is fixed\"}");
    HttpResponse<String> again = post("dead-letters/replay/", "{\"reason\": \"fhir-refused\"}");

    assertThat(done.body()).isEqualTo("{\"replayed\":2,\"left_dead_letters\":0}");
    assertThat(again.body()).isEqualTo("{\"replayed\":0,\"left_dead_letters\":0}");
    assertThat(requests())
        .containsExactly("measures live 2026-01-01T00:00:00Z 2026-01-02T00:00:00Z triggers=1");
    assertThat(json(get("dead-letters")).path("total").asInt()).isEqualTo(1);
    assertThat(audited("replay_dead_letter"))
        .containsExactly(
            "otto null 2 dead letters of reason=fhir-refused: profile is fixed",
            "otto null 0 dead letters of reason=fhir-refused");
  }

  @Test
  void what_may_be_another_persons_is_released_only_when_that_is_said() {
    deadLetters("ambiguous-owner");
    long one = deadLetters("ambiguous-owner");
    deadLetters("fhir-refused");

    assertThat(post("dead-letters/replay", "{\"all\": true}").body())
        .isEqualTo("{\"replayed\":1,\"left_dead_letters\":2}");
    assertThat(json(replay(one)).path("state").asText()).isEqualTo("replayed");
    assertThat(post("dead-letters/replay", "{\"reason\": \"ambiguous-owner\"}").body())
        .isEqualTo("{\"replayed\":1,\"left_dead_letters\":0}");
  }

  @Test
  void a_replay_widens_the_request_that_waits_already() {
    assertThat(
            post(
                    "accounts/" + account + "/resync",
                    "{\"kinds\": [\"measures\"], \"from\": \"2025-06-01\", \"to\": \"2025-06-02\"}")
                .statusCode())
        .isEqualTo(200);
    jdbc.sql("update sync_request set priority = 'live'").update();

    replay(deadLetters("fhir-refused"));

    assertThat(requests())
        .containsExactly("measures live 2025-06-01T00:00:00Z 2026-01-02T00:00:00Z triggers=2");
  }

  @Test
  void a_replay_without_a_filter_is_refused() {
    long id = deadLetters("fhir-refused");

    assertProblem(post("dead-letters/replay", "{}"), 400, "invalid_filter");
    assertProblem(post("dead-letters/replay", ""), 400, "invalid_json");
    assertThat(json(get("dead-letters")).at("/items/0/id").asLong()).isEqualTo(id);
  }

  @Test
  void what_is_of_a_disconnected_account_stays_dead_lettered_until_it_is_discarded() {
    long id = deadLetters("fhir-refused");
    vitalroutes.bean(Accounts.class).end(account, Actor.of("alice"), false, OnDisconnect.KEEP);

    assertProblem(replay(id), 409, "account_disconnected");
    assertThat(post("dead-letters/replay", "{\"all\": true}").body())
        .isEqualTo("{\"replayed\":0,\"left_dead_letters\":1}");
    assertThat(discard(id, "?reason=user+left").statusCode()).isEqualTo(200);
  }

  @Test
  void to_discard_takes_a_reason_and_is_safe_to_repeat() {
    long id = deadLetters("fhir-refused");

    assertProblem(discard(id, ""), 400, "reason_required");
    HttpResponse<String> first = discard(id, "?reason=a+test+device");
    HttpResponse<String> second = discard(id, "/?reason=again");

    assertThat(json(first).path("state").asText()).isEqualTo("discarded");
    assertThat(json(first).path("note").asText()).isEqualTo("a test device");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertProblem(replay(id), 409, "already_discarded");
    assertThat(requests()).isEmpty();
    assertThat(audited("discard_dead_letter"))
        .containsExactly("otto " + account + " dead letter " + id + ": a test device");
  }

  @Test
  void the_reason_may_come_in_a_body() {
    long id = deadLetters("fhir-refused");

    HttpResponse<String> done =
        RunningVitalroutes.send(
            vitalroutes
                .request(API + "dead-letters/" + id)
                .header("Authorization", "Bearer " + otto)
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString("{\"reason\": \"a test device\"}")));

    assertThat(json(done).path("note").asText()).isEqualTo("a test device");
  }

  @Test
  void what_was_replayed_is_not_discarded() {
    long id = deadLetters("fhir-refused");
    replay(id);

    assertProblem(discard(id, "?reason=late"), 409, "already_replayed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dead-letters/999999/replay", "dead-letters/x/replay"})
  void nothing_is_not_found(String path) {
    assertProblem(post(path, "{}"), 404, "dead_letter_not_found");
  }

  @Test
  void a_resync_says_what_was_queued_and_what_the_user_did_not_grant() {
    UUID other = connected("bob", "4712", "user.metrics");

    JsonNode receipt =
        json(
            post(
                "accounts/" + other + "/resync",
                "{\"kinds\": [\"measures\", \"sleep\"], \"from\": \"2026-01-01\","
                    + " \"to\": \"2026-01-08\", \"note\": \"ticket 7\"}"));

    assertThat(receipt)
        .hasToString(
            "{\"account\":\""
                + other
                + "\",\"held\":false,\"resources\":0,\"queued\":[{\"kind\":\"measures\",\"priority\":\"backfill\","
                + "\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-08T00:00:00Z\"}],\"not_queued\":[{\"kind\":\"sleep\",\"why\":\"scope"
                + " user.activity not granted\"}]}");
    assertThat(requests())
        .containsExactly("measures backfill 2026-01-01T00:00:00Z 2026-01-08T00:00:00Z triggers=1");
    assertThat(audited("resync"))
        .containsExactly(
            "otto " + other + " measures 2026-01-01T00:00:00Z/2026-01-08T00:00:00Z: ticket 7");
  }

  @Test
  void a_long_resync_comes_newest_first_and_shows_its_progress() {
    jdbc.sql(
            """
            insert into cursor (account_id, kind, last_update, history_filled_at)
            values (?, 'measures', now(), now())
            on conflict (account_id, kind) do update set history_filled_at = now()
            """)
        .param(account)
        .update();

    post(
        "accounts/" + account + "/resync",
        "{\"kinds\": [\"measures\"], \"from\": \"2025-01-01\", \"to\": \"2026-01-01\"}");

    assertThat(requests())
        .containsExactly("measures backfill 2025-12-02T00:00:00Z 2026-01-01T00:00:00Z triggers=1");
    assertThat(json(get("accounts")).at("/items/0/kinds/measures/history_progress").asInt())
        .isZero();
  }

  @Test
  void every_schedule_is_shown_with_its_last_and_next_firing() {
    JsonNode schedules = json(get("schedules"));

    assertThat(schedules.findValuesAsText("name"))
        .contains("backfill/catch-up", "backfill/check-subscriptions", "housekeeping/tend");
    assertThat(schedules)
        .allSatisfy(
            schedule -> {
              assertThat(schedule.path("cron").isTextual()).isTrue();
              assertThat(Instant.parse(schedule.path("next_at").asText())).isNotNull();
            });
  }

  @Test
  void an_account_that_is_silent_against_its_habit_is_listed() {
    jdbc.sql(
            """
            insert into cursor (account_id, kind, last_update, notified_at, notified_every, silent_after)
            values (?, 'measures', now(), now() - interval '10 days', interval '1 day',
              now() - interval '5 days')
            on conflict (account_id, kind) do update set notified_at = excluded.notified_at,
              notified_every = excluded.notified_every, silent_after = excluded.silent_after
            """)
        .param(account)
        .update();

    JsonNode silent = json(get("silent"));

    assertThat(silent).hasSize(1);
    assertThat(silent.at("/0/account").asText()).isEqualTo(account.toString());
    assertThat(silent.at("/0/usual_seconds").asLong()).isEqualTo(86_400);
    assertThat(audited("read_silent")).hasSize(1);
  }

  @Test
  void what_was_delivered_since_the_backup_of_a_fhir_server_is_delivered_again() {
    delivered("old", "measures", "2026-01-01T00:00:00Z", "2026-10-01T00:00:00Z", false);
    delivered("new", "measures", "2026-01-02T00:00:00Z", "2026-11-01T00:00:00Z", false);
    delivered("gone", "measures", "2026-01-04T00:00:00Z", "2026-11-02T00:00:00Z", true);
    delivered("curve", "ecg", "2026-01-03T00:00:00Z", "2026-11-02T00:00:00Z", false);

    JsonNode receipt =
        json(post("redeliver", "{\"since\": \"2026-11-01T00:00:00Z\", \"reason\": \"restored\"}"));

    assertThat(receipt.toString())
        .isEqualTo(
            "{\"since\":\"2026-11-01T00:00:00Z\",\"resources\":3,\"accounts\":1,\"requests\":2,"
                + "\"held\":0,\"not_queued\":0}");
    assertThat(known("old", "new", "gone", "curve")).containsExactly("old");
    assertThat(requests())
        .containsExactlyInAnyOrder(
            "measures backfill 2026-01-02T00:00:00Z 2026-01-04T00:00:01Z triggers=1",
            "ecg details 2026-01-03T00:00:00Z 2026-01-03T00:00:01Z triggers=1");
    assertThat(audited("redeliver"))
        .containsExactly("otto null 3 resources since 2026-11-01T00:00:00Z: restored");
  }

  @Test
  void a_redelivery_says_what_waits_for_a_reconnect_and_what_cannot_be_fetched_again() {
    delivered("new", "measures", "2026-01-02T00:00:00Z", "2026-11-01T00:00:00Z", false);
    String body = "{\"since\": \"2026-11-01T00:00:00Z\", \"reason\": \"restored\"}";
    reconnectRequired();
    assertThat(json(post("redeliver", body)).path("held").asInt()).isEqualTo(1);

    vitalroutes.bean(Accounts.class).end(account, Actor.of("alice"), false, OnDisconnect.KEEP);
    JsonNode receipt = json(post("redeliver", body));
    assertThat(receipt.path("resources").asInt()).isZero();
    assertThat(receipt.path("not_queued").asInt()).isEqualTo(1);
  }

  @Test
  void a_patient_that_we_created_is_looked_for_again_after_a_restore_of_the_fhir_server() {
    Accounts accounts = vitalroutes.bean(Accounts.class);
    UUID given = connected("bert", "4712", "user.metrics");
    accounts.recordPatient(account, "p1", true);
    accounts.recordPatient(given, "p2", false);

    post("redeliver", "{\"since\": \"2026-11-01T00:00:00Z\", \"reason\": \"restored\"}");

    assertThat(patients()).containsExactlyInAnyOrder("created null", "matched p2");
    accounts.recordPatient(account, "p1", false);
    assertThat(patients()).containsExactlyInAnyOrder("created p1", "matched p2");
  }

  private static List<String> patients() {
    return jdbc.sql(
            "select patient_state || ' ' || coalesce(patient_id, 'null') from connected_account")
        .query(String.class)
        .list();
  }

  @Test
  void what_a_disconnect_deleted_since_the_backup_is_deleted_again() {
    delivered("deleted", "measures", "2026-01-02T00:00:00Z", "2026-11-01T00:00:00Z", true);
    delivered("before", "measures", "2026-01-03T00:00:00Z", "2026-10-01T00:00:00Z", true);
    vitalroutes.bean(Accounts.class).end(account, Actor.of("alice"), false, OnDisconnect.DELETE);

    JsonNode receipt =
        json(post("redeliver", "{\"since\": \"2026-11-01T00:00:00Z\", \"reason\": \"restored\"}"));

    assertThat(receipt.path("resources").asInt()).isEqualTo(1);
    assertThat(requests())
        .containsExactly(
            "measures withdrawal 2026-01-02T00:00:00Z 2026-01-02T00:00:01Z triggers=1");
  }

  @Test
  void a_resync_may_deliver_a_span_again_whatever_the_ledger_says() {
    delivered("in", "measures", "2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z", false);
    delivered("out", "measures", "2026-03-15T00:00:00Z", "2026-04-01T00:00:00Z", false);

    String body = "{\"kinds\": [\"measures\"], \"from\": \"2026-01-01\", \"to\": \"2026-01-31\"";
    post("accounts/" + account + "/resync", body + "}");
    assertThat(known("in", "out")).containsExactlyInAnyOrder("in", "out");

    assertThat(
            post("accounts/" + account + "/resync", body + ", \"redeliver\": true}").statusCode())
        .isEqualTo(200);
    assertThat(known("in", "out")).containsExactly("out");
  }

  @Test
  void a_resource_that_the_fhir_server_lost_is_delivered_again() {
    delivered("here", "measures", "2026-01-01T00:00:00Z", "2026-10-01T00:00:00Z", false);
    delivered("lost", "measures", "2026-01-02T00:00:00Z", "2026-10-01T00:00:00Z", false);
    Redelivery redelivery = vitalroutes.bean(Redelivery.class);
    assertThat(redelivery.sample()).containsExactlyInAnyOrder("id-here", "id-lost");

    assertThat(redelivery.missing(List.of("id-lost"))).isEqualTo(1);

    assertThat(known("here", "lost")).containsExactly("here");
    assertThat(redelivery.sample()).containsExactly("id-here");
    assertThat(requests())
        .containsExactly("measures backfill 2026-01-02T00:00:00Z 2026-01-02T00:00:01Z triggers=1");
  }

  private void delivered(
      String key, String kind, String effective, String deliveredAt, boolean inError) {
    jdbc.sql(
            """
            insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
              content_hash, in_error, delivered_at)
            values (:account, :key, :kind, 'Observation', 'id-' || :key, :effective::timestamptz,
              'aa', :inError, :delivered::timestamptz)
            """)
        .param("account", account)
        .param("key", key)
        .param("kind", kind)
        .param("effective", effective)
        .param("inError", inError)
        .param("delivered", deliveredAt)
        .update();
  }

  private Set<String> known(String... keys) {
    return vitalroutes.bean(Ledger.class).hashes(account, List.of(keys)).keySet();
  }

  @Test
  void a_resync_of_an_account_that_must_connect_again_is_held() {
    reconnectRequired();

    assertThat(json(resync(account)).path("held").asBoolean()).isTrue();
  }

  @Test
  void a_resync_of_what_is_not_connected_is_refused() {
    vitalroutes.bean(Accounts.class).end(account, Actor.of("alice"), false, OnDisconnect.KEEP);

    assertProblem(resync(account), 409, "account_disconnected");
    assertProblem(resync(new UUID(0, 9)), 404, "account_not_found");
    assertProblem(
        post("accounts/4711/resync", "{\"from\": \"2026-01-01\"}"), 404, "account_not_found");
    assertProblem(
        post("accounts/" + account + "/resync", "{\"from\": \"x\"}"), 400, "invalid_from");
    assertThat(requests()).isEmpty();
  }

  @Test
  void accounts_are_listed_with_what_waits_for_them() {
    connected("bob", "4712", "user.metrics");
    deadLetters("fhir-refused");

    JsonNode all = json(get("accounts?limit=1"));
    JsonNode rest = json(get("accounts?after=" + all.path("next").asText()));
    JsonNode alice = json(get("accounts?subject=alice&status=connected"));

    assertThat(all.path("items")).hasSize(1);
    assertThat(rest.path("items")).hasSize(1);
    assertThat(rest.path("next").isNull()).isTrue();
    assertThat(alice.at("/items/0/id").asText()).isEqualTo(account.toString());
    assertThat(alice.at("/items/0/subject").asText()).isEqualTo("alice");
    assertThat(alice.at("/items/0/dead_letters").asInt()).isEqualTo(1);
    assertThat(alice.at("/items/0/kinds/measures/history_progress").isNumber()).isTrue();
    assertThat(alice.toString()).doesNotContain("the-access", "the-refresh", "4711");
  }

  @Test
  void what_each_stage_did_is_added_up_over_all_replicas() {
    jdbc.sql("delete from stage_count").update();
    StageCounts counts = vitalroutes.bean(StageCounts.class);
    jdbc.sql(
            """
            insert into stage_count values
              (now() - interval '25 hours', 'fetch', 7, 7, 7),
              (to_timestamp(floor(extract(epoch from now()) / 600) * 600 - 600), 'fetch', 3, 1, 0.5)
            """)
        .update();
    for (int replica = 0; replica < 2; replica++) {
      counts.add(List.of(new Throughput.Count(FlowStage.FETCH, 20, 1, 2.5)));
    }

    JsonNode throughput = json(get("throughput"));

    JsonNode fetch = throughput.at("/stages/fetch");
    assertThat(fetch.path("passed")).hasSize(144);
    assertThat(sum(fetch.path("passed"))).isEqualTo(43);
    assertThat(sum(fetch.path("failed"))).isEqualTo(3);
    assertThat(fetch.path("seconds").asDouble()).isEqualTo(5.5);
    assertThat(sum(throughput.at("/stages/publish/passed"))).isZero();
  }

  @Test
  void the_routes_of_each_stage_are_counted() {
    // What earlier tests did is added every 5 s.
    org.awaitility.Awaitility.await()
        .pollInterval(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(60))
        .until(() -> jdbc.sql("delete from stage_count").update() == 0);
    RunningVitalroutes.send(
        vitalroutes
            .request(World.signedPath(4711))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("userid=4711&appli=1&startdate=1&enddate=2")));

    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode stages = json(get("throughput")).path("stages");
              assertThat(sum(stages.at("/receive/passed"))).isEqualTo(1);
              assertThat(sum(stages.at("/dispatch/passed"))).isEqualTo(1);
            });
  }

  private static long sum(JsonNode numbers) {
    long sum = 0;
    for (JsonNode number : numbers) {
      sum += number.asLong();
    }
    return sum;
  }

  @Test
  void an_account_is_found_by_its_subject_its_id_its_patient_and_its_withings_user() {
    UUID bob = connected("bob", "4712", "user.metrics");
    jdbc.sql("update connected_account set patient_id = 'p-2' where id = ?").param(bob).update();
    String mark = vitalroutes.bean(WebhookSignature.class).markOf("4712");

    assertThat(List.of("BO", bob.toString(), "p-2", "Patient/p-2", "4712", mark))
        .allSatisfy(
            search -> {
              JsonNode found = json(get("accounts?search=" + search));
              assertThat(found.path("items")).hasSize(1);
              assertThat(found.at("/items/0/id").asText()).isEqualTo(bob.toString());
              assertThat(found.at("/items/0/user_mark").asText()).isEqualTo(mark);
            });
    assertThat(json(get("accounts?search=000000000000")).path("items")).isEmpty();
    assertThat(json(get("accounts?search=%25")).path("items")).isEmpty();
  }

  @Test
  void a_dry_run_says_what_a_resync_would_touch_and_queues_nothing() {
    delivered("in", "measures", "2026-01-02T00:00:00Z", "2026-10-01T00:00:00Z", false);
    delivered("before", "measures", "2025-12-31T00:00:00Z", "2026-10-01T00:00:00Z", false);
    delivered("other", "sleep", "2026-01-02T00:00:00Z", "2026-10-01T00:00:00Z", false);
    String body =
        "{\"kinds\": [\"measures\"], \"from\": \"2026-01-01\", \"redeliver\": true, \"dry_run\":"
            + " %s}";

    JsonNode preview = json(post("accounts/" + account + "/resync", body.formatted(true)));

    assertThat(preview.path("resources").asLong()).isEqualTo(1);
    assertThat(preview.at("/queued/0/kind").asText()).isEqualTo("measures");
    assertThat(requests()).isEmpty();
    assertThat(known("in")).containsExactly("in");
    assertThat(audited("resync")).isEmpty();

    JsonNode receipt = json(post("accounts/" + account + "/resync", body.formatted(false)));

    assertThat(receipt.path("resources").asLong()).isEqualTo(1);
    assertThat(known("in")).isEmpty();
    assertThat(requests()).hasSize(1);
  }

  @Test
  void a_dry_run_says_what_a_redelivery_would_touch_and_needs_no_reason() {
    delivered("old", "measures", "2026-01-02T00:00:00Z", "2026-10-01T00:00:00Z", false);
    delivered("new", "measures", "2026-01-03T00:00:00Z", "2026-11-01T00:00:00Z", false);
    delivered("night", "sleep", "2026-01-03T00:00:00Z", "2026-11-01T00:00:00Z", false);
    String audit = jdbc.sql("select count(*) from audit_event").query(String.class).single();

    JsonNode preview = json(post("redeliver", "{\"since\": \"2026-10-15\", \"dry_run\": true}"));

    assertThat(known("old", "new", "night")).hasSize(3);
    assertThat(requests()).isEmpty();
    assertThat(jdbc.sql("select count(*) from audit_event").query(String.class).single())
        .isEqualTo(audit);
    assertThat(preview)
        .isEqualTo(json(post("redeliver", "{\"since\": \"2026-10-15\", \"reason\": \"backup\"}")));
    assertThat(preview.path("resources").asLong()).isEqualTo(2);
    assertThat(preview.path("requests").asLong()).isEqualTo(2);
    assertProblem(post("redeliver", "{\"since\": \"2026-10-15\"}"), 400, "reason_required");
  }

  @Test
  void an_operator_sees_what_a_disconnect_would_end_and_then_ends_it() {
    delivered("weight", "measures", "2026-01-02T00:00:00Z", "2026-10-01T00:00:00Z", false);
    delivered("wrong", "measures", "2026-01-02T00:00:00Z", "2026-10-01T00:00:00Z", true);
    replay(deadLetters("fhir-refused"));
    jdbc.sql("insert into subscription (account_id, appli, state) values (?, 1, 'active')")
        .param(account)
        .update();
    String disconnect = "accounts/" + account + "/disconnect";

    assertThat(json(post(disconnect, "{\"dry_run\": true}")).toString())
        .isEqualTo(
            "{\"account\":\"%s\",\"subscriptions\":1,\"requests\":1,\"resources\":1,\"on_disconnect\":\"keep\"}"
                .formatted(account));
    assertProblem(post(disconnect, "{}"), 400, "reason_required");
    assertThat(requests()).hasSize(1);

    JsonNode receipt = json(post(disconnect, "{\"reason\": \"by letter\"}"));

    assertThat(receipt.path("status").asText()).isEqualTo("disconnected");
    assertThat(receipt.path("steps").findValuesAsText("step")).contains("revoke", "destroy_tokens");
    assertThat(requests()).isEmpty();
    assertThat(audited("request_disconnect")).containsExactly("otto " + account + " by letter");
    assertThat(audited("disconnect")).singleElement().asString().startsWith("otto " + account);
    assertProblem(post(disconnect, "{\"reason\": \"again\"}"), 409, "account_disconnected");
    assertProblem(
        post("accounts/" + new UUID(0, 9) + "/disconnect", "{\"reason\": \"x\"}"),
        404,
        "account_not_found");
  }

  @Test
  void a_timeline_leads_from_notifications_to_deliveries() {
    long deadLetters = deadLetters("fhir-refused");
    resync(account);
    jdbc.sql(
            """
            insert into notification (received_at, user_id, appli, body, oddities)
            values (now(), '4711', 1, 'secret', '{}'), (now(), '4712', 1, '', '{}')
            """)
        .update();
    jdbc.sql(
            """
            insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
              content_hash)
            values (?, 'meas-1-1', 'measures', 'Observation', 'wth-1', now(), '\\x00')
            """)
        .param(account)
        .update();

    JsonNode timeline = json(get("accounts/" + account + "/timeline"));

    assertThat(timeline.path("notifications")).hasSize(1);
    assertThat(timeline.at("/notifications/0/appli").asInt()).isEqualTo(1);
    assertThat(timeline.path("requests")).hasSize(5);
    assertThat(timeline.at("/dead_letters/0/id").asLong()).isEqualTo(deadLetters);
    assertThat(timeline.at("/deliveries/0/key").asText()).isEqualTo("meas-1-1");
    assertThat(timeline.toString()).doesNotContain("secret");
    assertProblem(get("accounts/" + new UUID(0, 9) + "/timeline"), 404, "account_not_found");
  }

  @Test
  void every_read_of_patients_rows_is_audited_once_an_hour() {
    long before = count("select count(*) from audit_event");
    String reader = tokens.ofOperator("a reader");

    for (int i = 0; i < 20; i++) {
      for (String path :
          List.of(
              "dead-letters?kind=sleep",
              "accounts",
              "accounts/" + account + "/timeline",
              "summary",
              "dead-letters?kind=wrong")) {
        vitalroutes.get("/api/operations/" + path, reader);
      }
    }

    assertThat(
            jdbc.sql("select action || ' ' || detail from audit_event order by id offset ?")
                .param(before)
                .query(String.class)
                .list())
        .containsExactly(
            "read_dead_letters rows of kind=sleep",
            "read_accounts accounts",
            "read_timeline notifications, requests, deliveries");
  }

  @Test
  void a_reply_is_tried_with_the_bytes_of_the_command_and_leaves_no_trace() throws IOException {
    // Larger than the limit of other bodies.
    String groups =
        IntStream.range(0, 4000)
            .mapToObj(
                n ->
                    "{\"grpid\": %d, \"attrib\": 0, \"date\": %d, \"category\": 1, \"measures\": [{\"value\": 815, \"type\": %d, \"unit\": -1}]}"
                        .formatted(n, 1_709_300_000 + n, n < 3 ? 1 : 9999))
            .collect(Collectors.joining(","));
    Path reply =
        Files.writeString(
            folder.resolve("reply.json"),
            "{\"status\":0,\"body\":{\"measuregrps\":[" + groups + "]}}");
    String audit = jdbc.sql("select count(*) from audit_event").query(String.class).single();

    double skipped = skippedMeasures();

    HttpResponse<String> answer =
        post(
            "translate",
            "{\"kind\": \"measures\", \"fhir_version\": \"R4\", \"reply\": "
                + Files.readString(reply)
                + "}");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int status =
        CapturedLogs.aside(
            () ->
                TranslateCommand.run(
                    List.of("--kind", "measures", "--fhir-version", "R4", reply.toString()),
                    InputStream.nullInputStream(),
                    new PrintStream(printed),
                    System.err));

    assertThat(json(answer).at("/bundle/entry")).hasSize(3);
    assertThat(json(answer).at("/skipped/0/count").asInt()).isEqualTo(3997);
    assertThat(status).isZero();
    assertThat(printed.toString(UTF_8)).isEqualTo(answer.body());
    assertThat(jdbc.sql("select count(*) from audit_event").query(String.class).single())
        .isEqualTo(audit);
    assertThat(skippedMeasures()).isEqualTo(skipped);
    assertProblem(
        post("translate", "{\"kind\": \"measures\", \"reply\": {}}"), 400, "invalid_reply");
  }

  private static double skippedMeasures() {
    return vitalroutes
        .bean(MeterRegistry.class)
        .find("vitalroutes.measures.skipped")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private static UUID connected(String subject, String withingsUser, String... scopes) {
    return vitalroutes
        .bean(Accounts.class)
        .connect(
            new OAuthState("withings", subject, "the-patient", TestSettings.APP_REDIRECT_URI),
            new Tokens(
                withingsUser,
                "the-access",
                "the-refresh",
                Instant.now().plusSeconds(3600),
                List.of(scopes)))
        .id();
  }

  private void reconnectRequired() {
    jdbc.sql("update connected_account set status = 'reconnect_required' where id = ?")
        .param(account)
        .update();
  }

  private long deadLetters(String reason) {
    return jdbc.sql(
            """
            insert into dead_letter (account_id, kind, priority, window_from, window_to, tries, reason, detail)
            values (?, 'measures', 'live', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 2, ?,
              'FHIR server answered HTTP 422')
            returning id
            """)
        .param(account)
        .param(reason)
        .query(Long.class)
        .single();
  }

  private static List<String> requests() {
    return jdbc.sql(
            """
            select kind || ' ' || priority || ' '
              || to_char(window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' '
              || to_char(window_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
              || ' triggers=' || triggers
            from sync_request order by id
            """)
        .query(String.class)
        .list();
  }

  /** The audit rows of an action in this test, whose accounts are new. */
  private List<String> audited(String action) {
    return jdbc.sql(
            """
            select actor || ' ' || coalesce(account_id::text, 'null') || ' ' || detail
            from audit_event
            where action = ? and at >= (select max(connected_at) from connected_account) - interval '1 ms'
            order by id
            """)
        .param(action)
        .query(String.class)
        .list();
  }

  private static long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }

  private static HttpResponse<String> get(String path) {
    return vitalroutes.get(API + path, otto);
  }

  private static HttpResponse<String> post(String path, String json) {
    return vitalroutes.post(API + path, otto, json);
  }

  private static HttpResponse<String> replay(long id) {
    return post("dead-letters/" + id + "/replay", "");
  }

  private static HttpResponse<String> resync(UUID account) {
    return post("accounts/" + account + "/resync", "{\"from\": \"2026-01-01\"}");
  }

  private static HttpResponse<String> discard(long id, String more) {
    return RunningVitalroutes.send(
        vitalroutes
            .request(API + "dead-letters/" + id + more)
            .header("Authorization", "Bearer " + otto)
            .DELETE());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    return World.json(answer);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(World.json(answer).path("code").asText()).isEqualTo(code);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
  }
}
