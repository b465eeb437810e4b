package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.rest.api.CacheControlDirective;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.simulator.CallLog;
import org.vitalroutes.simulator.DataKind;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.Notifier;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.simulator.Subscription;
import org.vitalroutes.testsupport.FewestCalls;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.World;

/** Data that no notification announced: histories and lost notifications. */
@TestMethodOrder(OrderAnnotation.class)
class BackfillIT {

  /** A year, which the first run has, would take two minutes. */
  private static final int DAYS = 120;

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final String NEXT_SECRET = "the next webhook secret of at least 32 bytes";
  private static final String WEIGHT = "http://loinc.org|29463-7";

  private static final World world = new World();
  private static RunningVitalroutes vitalroutes;
  private static Inspection inspection;

  @BeforeAll
  static void start() {
    world
        .settings()
        .set("HISTORY", "P" + DAYS + "D")
        .set("SUBSCRIPTION_CHECK_CRON", "* * * * * ?")
        .set("SUBSCRIPTION_CHECK_EVERY", "PT3S");
    vitalroutes = world.start();
    inspection = new Inspection(world.database());
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    world.close();
  }

  @Test
  @Order(1)
  void a_history_comes_newest_first_with_few_calls_and_lets_a_notification_pass() {
    SimulatedUser zoe = world.withings().addUser(36, PARIS, "zoe");
    DemoData.days(zoe, world.withings().clock(), 36, DAYS);
    Instant connected = Instant.now();
    connect("zoe", 36);

    // During the backfill: the newest measures are delivered, others not yet.
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(Duration.ofMinutes(2))
        .until(() -> newestWeight("zoe").signum() > 0);
    assertThat(progress("zoe")).anyMatch(percent -> percent.asInt() < 100);
    Instant stepped = Instant.now();
    world.withings().weighIn(36, new BigDecimal("61.23"));
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(newestWeight("zoe")).isEqualByComparingTo(new BigDecimal("61.23")));
    Duration live = Duration.between(stepped, Instant.now());

    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(inspection.waitingRequests()).isZero());
    Duration whole = Duration.between(connected, Instant.now());
    assertThat(progress("zoe")).isNotEmpty().allMatch(percent -> percent.asInt() == 100);

    assertThat(count("zoe", "http://loinc.org|55423-8")).isEqualTo(rows(zoe, DataKind.ACTIVITY));
    assertThat(count("zoe", "http://loinc.org|73985-4")).isEqualTo(rows(zoe, DataKind.WORKOUTS));
    assertThat(count("zoe", "http://loinc.org|93832-4"))
        .isEqualTo(rows(zoe, DataKind.SLEEP_SUMMARY));
    assertThat(count("zoe", "urn:iso:std:iso:11073:10101|131328"))
        .isEqualTo(rows(zoe, DataKind.HEART));
    assertThat(count("zoe", WEIGHT)).isGreaterThan(DAYS * 8 / 10);

    List<CallLog.Entry> calls = dataCalls(36);
    Map<String, Long> made = byAction(calls);
    Map<String, Long> fewest = FewestCalls.of(zoe, world.withings().settings(), connected);
    long forTheNotification = 1;
    // On a busy machine two kinds may write a Device at once, and the loser fetches its page again.
    long retries =
        Math.round(
            vitalroutes
                .bean(MeterRegistry.class)
                .counter("vitalroutes.failures", "outcome", "retry")
                .count());
    assertThat(sum(made))
        .as("%s, at least %s, in %s, the notification in %s", made, fewest, whole, live)
        .isLessThanOrEqualTo((sum(fewest) + forTheNotification) * 105 / 100 + retries);
    assertNewestFirst(calls);
  }

  @Test
  @Order(2)
  void subscriptions_that_withings_lost_come_back() {
    connect("lara", 38);
    assertThat(callbacks(38)).hasSize(8);

    assertThat(world.withings().loseSubscriptions(each -> each.userid() == 38)).isEqualTo(8);

    await().atMost(SOON).until(() -> callbacks(38).size() == 8);
  }

  @Test
  @Order(3)
  void a_rotated_secret_moves_every_subscription_and_no_notification_is_refused() {
    connect("rosa", 39);
    vitalroutes.close();
    world
        .settings()
        .set("WITHINGS_WEBHOOK_SECRETS", NEXT_SECRET + "," + TestSettings.WEBHOOK_SECRET)
        .set("CATCH_UP_CRON", "* * * * * ?")
        .set("CATCH_UP_EVERY", "PT3S");
    long stored = inspection.notifications();
    Notifier.Totals before = world.withings().notifier().totals();
    vitalroutes = world.start();
    String next = new WebhookSignature(List.of(NEXT_SECRET), "hex").ofCallback("39");

    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              weighed(39);
              return callbacks(39).stream().allMatch(url -> url.endsWith("/" + next));
            });
    weighed(39);

    assertThat(callbacks(39)).hasSize(8);
    await().atMost(SOON).until(() -> world.withings().notifier().totals().pending() == 0);
    Notifier.Totals after = world.withings().notifier().totals();
    assertThat(after.delivered() - before.delivered())
        .isGreaterThan(2)
        .isEqualTo(after.tries() - before.tries())
        .isEqualTo(inspection.notifications() - stored);
  }

  @Test
  @Order(4)
  void data_of_lost_notifications_is_delivered_by_a_catch_up() {
    connect("dora", 40);
    long dropped = world.withings().notifier().totals().dropped();
    world.withings().deliveries().dropPercent(5);
    Instant first = Instant.now().minus(Duration.ofDays(9));
    IntStream.range(0, 60)
        .forEach(
            i ->
                world
                    .withings()
                    .addGroup(
                        40,
                        Inspection.weightGroup(4000 + i, first.plusSeconds(9000L * i), 70_000 + i),
                        true));
    world.withings().deliveries().dropPercent(0);

    await().atMost(SOON).until(() -> count("dora", WEIGHT) == 60);
    assertThat(world.withings().notifier().totals().dropped()).isGreaterThan(dropped);
  }

  /** Newer spans of a kind come before older ones, and details after all summaries. */
  private static void assertNewestFirst(List<CallLog.Entry> calls) {
    assertThat(starts(calls, "getmeas")).isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(starts(calls, "getactivity")).isSortedAccordingTo((a, b) -> b.compareTo(a));
    List<String> actions = calls.stream().map(CallLog.Entry::action).toList();
    assertThat(actions.indexOf("get"))
        .isGreaterThan(actions.lastIndexOf("getactivity"))
        .isGreaterThan(actions.lastIndexOf("getworkouts"))
        .isGreaterThan(actions.lastIndexOf("getmeas"));
  }

  /** The starts of the requested spans, without that of the notification. */
  private static List<String> starts(List<CallLog.Entry> calls, String action) {
    return calls.stream()
        .filter(call -> call.action().equals(action))
        .map(CallLog.Entry::parameters)
        .filter(
            call ->
                !call.containsKey("startdate")
                    || Long.parseLong(call.get("enddate")) - Long.parseLong(call.get("startdate"))
                        > 86_400)
        .map(call -> call.getOrDefault("startdateymd", call.get("startdate")))
        .toList();
  }

  private static List<CallLog.Entry> dataCalls(long user) {
    return world.withings().calls().last(1000).stream()
        .filter(call -> call.userid().filter(id -> id == user).isPresent())
        .filter(call -> !List.of("/notify", "/v2/oauth2").contains(call.path()))
        .toList();
  }

  private static Map<String, Long> byAction(List<CallLog.Entry> calls) {
    return calls.stream()
        .collect(
            Collectors.groupingBy(
                call -> call.path() + " " + call.action(), TreeMap::new, Collectors.counting()));
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void weighed(long user) {
    String now = Long.toString(Instant.now().getEpochSecond());
    world.withings().tell(user, 1, Map.of("startdate", now, "enddate", now));
  }

  private static List<String> callbacks(long user) {
    return world.withings().subscriptions().stream()
        .filter(each -> each.userid() == user)
        .map(Subscription::callbackUrl)
        .toList();
  }

  private static void connect(String subject, long user) {
    if (world.withings().users().stream().noneMatch(known -> known.userid() == user)) {
      world.withings().addUser(user, PARIS, subject);
    }
    assertThat(world.connect(vitalroutes, subject, user)).asString().contains("status=connected");
  }

  /** Percentage of the history by kind. */
  private static JsonNode progress(String subject) {
    ObjectNode percents = JsonNodeFactory.instance.objectNode();
    World.json(vitalroutes.get("/api/connected-accounts/", world.tokens().of(subject)))
        .path(0)
        .path("kinds")
        .fields()
        .forEachRemaining(
            kind -> percents.set(kind.getKey(), kind.getValue().path("history_progress")));
    return percents;
  }

  private static int rows(SimulatedUser user, DataKind kind) {
    return user.rows(kind).size();
  }

  private static BigDecimal newestWeight(String subject) {
    return search(subject, "code=" + WEIGHT + "&_sort=-date&_count=1").getEntry().stream()
        .map(entry -> ((Observation) entry.getResource()).getValueQuantity().getValue())
        .findFirst()
        .orElse(BigDecimal.ZERO);
  }

  private static int count(String subject, String code) {
    return search(subject, "code=" + code + "&_summary=count").getTotal();
  }

  private static Bundle search(String subject, String criteria) {
    String patient =
        world.fhir().patientsOf(subject).stream()
            .findFirst()
            .map(each -> each.getIdElement().getIdPart())
            .orElse("not-yet");
    return world
        .fhir()
        .client()
        .search()
        .byUrl("Observation?patient=" + patient + "&" + criteria.replace("|", "%7C"))
        .cacheControl(CacheControlDirective.noCache())
        .returnBundle(Bundle.class)
        .execute();
  }
}
