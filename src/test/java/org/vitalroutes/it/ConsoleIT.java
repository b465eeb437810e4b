package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.HTTPVerb;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Quantity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.store.Outages;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.testsupport.Browser;
import org.vitalroutes.testsupport.EventReceiver;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.World;

/**
 * The console in a real browser, with all parts real except Withings. Screenshots are written to
 * {@code target/console}.
 */
class ConsoleIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ENTER = "\uE007";
  private static final String WEIGHT = "29463-7";
  private static final int VALUES = Integer.getInteger("vitalroutes.console.values", 300);
  private static final Path PICTURES = Path.of("target/console");

  @TempDir static Path folder;

  private static final EventReceiver receiver = new EventReceiver();

  private static World world;
  private static RunningVitalroutes vitalroutes;
  private static Browser browser;
  private static String console;

  @BeforeAll
  static void start() {
    assumeTrue(
        Browser.isInstalled(),
        "needs chromium and chromedriver on the PATH: apt-get install chromium chromium-driver");
    world = new World();
    world
        .settings()
        .set("CONNECT_PAGE_NAME", "St. Anna Clinic")
        .set("CONNECT_PAGE_TEXT", "Your care team looks at the values once a week.")
        .set("CONNECT_PAGE_TEXT_DE", "Ihre Praxis sieht die Werte einmal in der Woche an.")
        .set("CONNECT_PAGE_LOGO", logo().toString())
        .set("EVENTS_WEBHOOK_URL", receiver.url())
        .set("EVENTS_WEBHOOK_SECRET", EventReceiver.SECRET);
    vitalroutes = world.start();
    console = vitalroutes.managementUrl() + "/console/";
    browser = Browser.start(folder);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      vitalroutes.close();
      world.close();
    }
    receiver.close();
  }

  @BeforeEach
  void at_a_desk() {
    browser.size(1280, 900);
    browser.scheme("light");
    receiver.answer(204);
  }

  @Test
  void an_operator_finds_why_a_notification_did_not_arrive_and_replays_it() {
    countedByAnotherReplica();
    connected("ada", 61);
    world.withings().faults().add(Fault.bodyStatus(293).onAction("getmeas").forUser(61).times(1));
    world.withings().weighIn(61, new BigDecimal("72.350"));
    signIn(world.tokens().ofOperator("otto"));

    browser.awaitText(
        "receive", "sync requests", "dead letters", "Dead letters 1", "Withings:", "FHIR server:");
    assertThat(
            browser
                .run("return document.querySelector('[data-node=receive] dd').textContent")
                .asText())
        .as("with what another replica has counted")
        .matches("[0-9],[0-9]{3}");
    assertThat(browser.run("return document.querySelectorAll('.lines path[d]').length").asInt())
        .isGreaterThanOrEqualTo(12);
    picture("flow-light");
    browser.click("Dead letters 1");
    browser.awaitText("withings refused", "293", "Replay", "Discard …");
    picture("dead-letters-light");
    browser.click("account");
    browser.awaitText("Notification · appli 1 · weight", "Dead letter · measures");
    picture("timeline-broken");

    browser.run(
        "[...document.querySelectorAll('button')].find((b) => b.innerText === 'Replay').focus()");
    browser.type(ENTER);

    browser.awaitText("Replayed", "Delivered · measures", "replayed");
    await().atMost(SOON).until(() -> world.fhir().valuesOf("ada", WEIGHT).contains("72.350"));
    String link =
        browser
            .run("return document.querySelector('.links a[href*=\"/Observation/\"]').href")
            .asText();
    assertThat(link).startsWith(world.fhir().baseUrl() + "/Observation/");
    picture("timeline-replayed");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void what_will_not_be_mended_is_discarded_with_a_reason() {
    connected("bob", 62);
    world.withings().faults().add(Fault.bodyStatus(293).onAction("getmeas").forUser(62).times(1));
    world.withings().weighIn(62, new BigDecimal("80.100"));
    signIn(world.tokens().ofOperator("otto"));
    browser.open(console + "#/dead-letters");
    browser.awaitText("withings refused");

    browser.click("Discard …");
    browser.awaitText("Discard this?");
    browser.type("sent by ");
    refreshed();
    picture("discard");
    browser.type("mistake" + ENTER);

    browser.awaitText("Discarded.", "Nothing waits for a person.");
    set("state", "discarded");
    browser.awaitText("by otto", "sent by mistake");
  }

  @Test
  void an_account_shows_how_fresh_it_is_and_its_last_values() {
    world.withings().addUser(63, ZoneId.of("Europe/Paris"), "Cleo");
    for (int day = 1; day <= 40; day++) {
      world
          .withings()
          .addGroup(
              63,
              Inspection.weightGroup(
                  7000 + day, Instant.now().minusSeconds(86_400L * day), 70_000 + day * 37 % 900),
              false);
    }
    world.connect(vitalroutes, "cleo", 63);
    await().atMost(SOON).until(() -> world.fhir().valuesOf("cleo", WEIGHT).size() == 40);
    signIn(world.tokens().ofOperator("otto"));

    browser.open(console + "#/accounts");
    browser.awaitText("cleo", "connected", "measures", "history 100 %", "Subscriptions: 8 of 8");
    picture("accounts-light");
    browser.click("cleo");
    browser.awaitText("Last values", "Delivered · measures", "As a table");
    assertThat(drawn()).isEqualTo(40);
    picture("account-light");
    browser.scheme("dark");
    picture("account-dark");
    browser.size(390, 844);
    browser.run("location.reload()");
    browser.awaitText("Last values", "As a table");
    picture("account-phone-dark");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void an_operator_finds_an_account_by_its_mark_and_sees_what_each_action_would_touch() {
    connected("dora", 65);
    world.withings().weighIn(65, new BigDecimal("61.400"));
    await().atMost(SOON).until(() -> world.fhir().valuesOf("dora", WEIGHT).size() == 1);
    browser.zone("Asia/Tokyo");
    signIn(world.tokens().ofOperator("otto"));
    browser.awaitText("Live · otto · times in Asia/Tokyo", "Deliver again …");

    browser.click("Deliver again …");
    browser.awaitText("Moment of the backup (Asia/Tokyo)", ", in ");
    picture("redeliver");
    browser.run("document.getElementById('reason').focus()");
    browser.type("restored from a backup" + ENTER);
    browser.awaitText("queued.");

    browser.open(console + "#/accounts");
    browser.awaitText("Find", "dora");
    browser.run("document.getElementById('search').focus()");
    browser.type(
        new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "hex").markOf("65") + ENTER);
    await()
        .until(
            () -> browser.run("return document.querySelectorAll('.account').length").asInt() == 1);
    picture("search");
    browser.click("dora");
    browser.awaitText("Patient/", "in log lines", "Fetch again …");
    browser.click("Fetch again …");
    browser.awaitText(
        "From (Asia/Tokyo)", "5 requests (measures, activity", "of this span on the FHIR server");
    picture("resync");
    browser.click("Fetch again");
    browser.awaitText("5 requests queued.");
    browser.click("Rebuild the ledger …");
    browser.awaitText("Observations of this account; 0 of them are not in the ledger");
    picture("rebuild");
    browser.click("Cancel");
    browser.click("Disconnect …");
    browser.awaitText("Disconnect dora?", "Kept on the FHIR server: ");
    picture("disconnect");
    browser.run("document.getElementById('reason').focus()");
    browser.type("asked by letter" + ENTER);
    browser.awaitText("Disconnected.", "disconnected · connected");
    assertThat(world.withings().connected(65)).isFalse();

    browser.downloadTo(folder);
    browser.click("Export …");
    browser.type("letter 7" + ENTER);
    browser.awaitText("Exported");
    await().untilAsserted(() -> assertThat(folder).isDirectoryContaining("glob:**/export-*.json"));
    browser.click("Erase …");
    browser.awaitText("Disconnected: 0 accounts", "On the FHIR server now: 8 resources");
    picture("erase");
    browser.run("document.getElementById('reason').focus()");
    browser.type("letter 8" + ENTER);
    browser.awaitText("Erased: the receipt is with your downloads.");
    await().untilAsserted(() -> assertThat(folder).isDirectoryContaining("glob:**/erasure-*.json"));
    assertThat(browser.complaints()).isEmpty();
    browser.zone("");
  }

  @Test
  void a_reply_is_tried_and_nothing_is_stored() {
    signIn(world.tokens().ofOperator("otto"));
    browser.awaitText("receive");
    browser.click("Try a reply");
    browser.awaitText("nothing is stored or sent");
    set("reply", "{\"status\": 0, \"body\": {\"measuregrps\": [{");
    browser.click("Translate");
    browser.awaitText("This is no JSON");
    set(
        "reply",
        "{\"status\": 0, \"body\": {\"measuregrps\": [{\"grpid\": 1, \"attrib\": 0, \"date\":"
            + " 1709300000, \"category\": 1, \"measures\": [{\"value\": 72350, \"type\": 1,"
            + " \"unit\": -3}, {\"value\": 815, \"type\": 9999, \"unit\": -1}]}]}}");
    set("version", "R4");

    browser.click("Translate");

    browser.awaitText("1 Observation", "72.35", "kg", "final", "unknown type");
    picture("try-reply");
    browser.size(390, 844);
    picture("try-reply-phone");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void events_that_were_not_taken_are_sent_again_from_the_console() {
    receiver.answer(503);
    connected("emil", 66);
    signIn(world.tokens().ofOperator("otto"));
    browser.awaitText("Events", "webhook", "last answer HTTP 503", "Send again");
    picture("events-waiting");
    receiver.answer(204);

    browser.click("Send again");

    browser.awaitText("last answer HTTP 204");
    await().atMost(SOON).until(() -> !browser.text().contains("Send again"));
    picture("events-sent");
    assertThat(receiver.taken())
        .extracting(event -> event.body().path("type").asText())
        .contains("account.connected");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void the_newest_values_are_drawn_at_once_and_thousands_of_them_after_a_while() {
    world.withings().addUser(67, ZoneId.of("Europe/Paris"), "Finn");
    world.withings().addGroup(67, Inspection.weightGroup(8000, Instant.now(), 81_000), false);
    world.connect(vitalroutes, "finn", 67);
    await().atMost(SOON).until(() -> world.fhir().valuesOf("finn", WEIGHT).size() == 1);
    repeat(world.fhir().observationsOf("finn").get(0), VALUES - 1);
    signIn(world.tokens().ofOperator("otto"));
    browser.open(console + "#/accounts");
    browser.awaitText("finn");

    JsonNode first =
        browser.run(
            """
            const start = performance.now();
            const link = [...document.querySelectorAll('a')].find((a) => a.textContent === 'finn');
            return new Promise((resolve) => {
              new MutationObserver((_, observer) => {
                const chart = document.querySelector('[data-drawn]');
                if (!chart) return;
                observer.disconnect();
                resolve([performance.now() - start, Number(chart.dataset.drawn)]);
              }).observe(document.body, { subtree: true, childList: true, attributes: true });
              link.click();
            });
            """);
    long began = System.nanoTime();
    await().atMost(SOON).untilAsserted(() -> assertThat(drawn()).isEqualTo(VALUES));
    System.out.printf(
        "chart: first %s values after %.0f ms, all %d after %d ms more%n",
        first.get(1),
        first.get(0).asDouble(),
        VALUES,
        Duration.ofNanos(System.nanoTime() - began).toMillis());

    picture("chart-of-many");
    browser.scheme("dark");
    picture("chart-of-many-dark");
  }

  @Test
  void every_page_is_free_of_barriers_on_a_phone_and_at_a_desk_light_and_dark() {
    connected("gina", 68);
    vitalroutes
        .bean(JdbcClient.class)
        .sql(
            """
            update cursor set notified_at = now() - interval '9 days', notified_every = interval '1 day',
              silent_after = now() - interval '2 days' where kind = 'sleep'
              and account_id = (select id from connected_account where subject = 'gina')
            """)
        .update();
    signIn(world.tokens().ofOperatorForADay("otto"));
    browser.awaitText("receive", "Schedules", "backfill · catch up");
    browser.click("Accounts");
    set("status", "silent");
    browser.awaitText("gina", "last notification 9 days ago, usually every 24 h");
    picture("silent");
    for (String scheme : List.of("light", "dark")) {
      browser.scheme(scheme);
      for (int width : new int[] {390, 1280}) {
        browser.size(width, 900);
        for (String page : List.of("flow", "accounts", "dead-letters", "links", "try-reply")) {
          browser.open(console + "#/" + page);
          await()
              .until(() -> browser.run("return !document.querySelector('.spinner')").asBoolean());
          picture("page-" + page + "-" + width + "-" + scheme);
        }
      }
    }
  }

  @Test
  void a_user_who_is_no_operator_sees_an_error_and_the_token_is_dropped() {
    signIn(world.tokens().of("ada"));
    browser.awaitText("This is for operators");
    picture("not-an-operator");
    browser.type(world.tokens().expired("otto") + ENTER);
    browser.awaitText("You are not signed in");
    assertThat(browser.run("return sessionStorage.length").asInt()).isZero();

    browser.type(world.tokens().ofOperator("otto") + ENTER);

    browser.awaitText("Live · otto");
    anotherReplicaRefusesTheVersionOfTheFhirServer();
    browser.awaitText("down", "it speaks FHIR R4 (4.0.1), and FHIR_VERSION is R5");
    picture("wrong-fhir-version");
    browser.click("Sign out");
    browser.awaitText("Operator’s token");
    assertThat(browser.run("return sessionStorage.length").asInt()).isZero();
    browser.complaints();
  }

  @Test
  void a_nurse_makes_a_link_and_a_patient_connects_with_it_on_a_phone() {
    world.withings().addUser(64, ZoneId.of("Europe/Paris"), "Mia");
    signIn(world.tokens().ofOperatorForADay("nurse"));
    browser.awaitText("receive");
    browser.click("Links");
    browser.awaitText("New link", "No links here");
    picture("nurse-form");
    browser.run("document.getElementById('subject').focus()");
    browser.type("mia");
    browser.click("Make the link");
    browser.awaitText("The link for mia", "Copy", "valid until", "open");
    picture("nurse-link");
    assertThat(browser.run("return document.querySelector('.qr path').getAttribute('d')").asText())
        .startsWith("M0 0h1v1h-1zM1 0h1v1h-1z");
    String link = browser.run("return document.getElementById('url').value").asText();
    browser.size(390, 844);
    picture("nurse-link-phone");

    browser.open(link);
    browser.awaitText("St. Anna Clinic asks to receive", "once a week", "How to end it");
    picture("patient-phone");
    browser.scheme("dark");
    browser.click("If something goes wrong");
    browser.awaitText("Withings cannot be reached");
    picture("patient-phone-dark");
    browser.scheme("light");
    browser.language("de");
    browser.open(link);
    browser.awaitText("St. Anna Clinic bittet", "einmal in der Woche", "Weiter zu Withings");
    picture("patient-phone-german");
    browser.language("en");
    world.withings().refuseNextConsent();
    browser.open(link);
    browser.click("Continue to Withings");
    browser.awaitText("You did not agree at Withings");
    picture("patient-denied-phone");
    browser.size(1280, 900);
    browser.open(link);
    browser.awaitText("Continue to Withings");
    picture("patient-desk");
    world.withings().consentNextAs(64);
    browser.click("Continue to Withings");
    browser.awaitText("You are connected", "How to end it");
    picture("patient-connected-desk");
    browser.size(390, 844);
    picture("patient-connected-phone");
    assertThat(browser.complaints()).isEmpty();
    browser.open(link);
    browser.awaitText("This link does not work");
    picture("patient-closed-phone");
    browser.complaints();

    browser.open(console + "#/links");
    browser.awaitText("mia", "used");
    picture("nurse-used-phone");
    assertThat(world.withings().connected(64)).isTrue();
    assertThat(browser.complaints()).isEmpty();
  }

  /** Takes a picture of a page that has no barriers and is not wider than its window. */
  private static void picture(String name) {
    browser.picture(PICTURES.resolve(name + ".png"));
    assertThat(browser.barriers()).as(name).isEmpty();
    assertThat(
            browser
                .run("return Math.max(0, document.documentElement.scrollWidth - innerWidth)")
                .asInt())
        .as(name)
        .isZero();
  }

  private static Path logo() {
    try {
      return Files.writeString(
          folder.resolve("logo.svg"),
          """
          <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6e57"/>
          <path d="M13 6h6v7h7v6h-7v7h-6v-7H6v-6h7z" fill="#fff"/></svg>
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs in on the first page. To type a token takes seconds, so only one test does. */
  private static void signIn(String token) {
    browser.open(console);
    browser.run("sessionStorage.clear(); location.hash = ''; location.reload()");
    browser.awaitText("Operator’s token");
    browser.run(
        "const field = document.getElementById('token'); field.value = arguments[0];"
            + " field.form.requestSubmit()",
        token);
  }

  private static void connected(String subject, long user) {
    world.withings().addUser(user, ZoneId.of("Europe/Paris"), "Test");
    world.connect(vitalroutes, subject, user);
    await().atMost(SOON).until(() -> new Inspection(world.database()).waitingRequests() == 0);
  }

  /** Another replica, whose setting FHIR_VERSION is not what the FHIR server speaks. */
  private static void anotherReplicaRefusesTheVersionOfTheFhirServer() {
    FhirServer server = new FhirServer(FhirVersion.R5, Clock.systemUTC());
    server.record(new Capabilities("4.0.1", "", List.of()));
    vitalroutes
        .bean(Outages.class)
        .report(
            UUID.randomUUID(),
            List.of(
                new Breaker.View(
                    Destination.FHIR, "open", Instant.now(), server.nextAt(), server.problem())));
  }

  /** A day of another replica, busy in the morning and in the evening. */
  private static void countedByAnotherReplica() {
    vitalroutes
        .bean(JdbcClient.class)
        .sql(
            """
            insert into stage_count
            select to_timestamp(floor(extract(epoch from now()) / 600) * 600) - n * interval '10 minutes',
              stage, count, case when n % 40 = 7 then 1 else 0 end, count * 0.04
            from generate_series(1, 143) n,
              (values ('receive', 1), ('dispatch', 1), ('fetch', 0.9), ('call', 1.6), ('translate', 1.2),
                ('deliver', 0.8), ('publish', 0.7)) s (stage, share),
              lateral (select round(share * (6 + 30 * power(sin(n * pi() / 72), 4)
                + 12 * power(cos(n * pi() / 36), 8)))::bigint as count) c
            """)
        .update();
  }

  /** Adds copies of an Observation to the FHIR server, each an hour older than the one before. */
  private static void repeat(Observation observation, int times) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (int i = 1; i <= times; i++) {
      Observation older = observation.copy();
      older.setId((String) null);
      older.setIdentifier(null);
      older.setEffective(
          new DateTimeType(Date.from(Instant.now().minusSeconds(3600L * i)))
              .setTimeZone(TimeZone.getTimeZone("UTC")));
      older.setValue(new Quantity(70 + i * 37 % 900 / 100.0).setUnit("kg"));
      bundle
          .addEntry()
          .setResource(older)
          .getRequest()
          .setMethod(HTTPVerb.POST)
          .setUrl("Observation");
      if (i == times || bundle.getEntry().size() == 250) {
        world.fhir().client().transaction().withBundle(bundle).execute();
        bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      }
    }
  }

  /** Values in the chart of the page. */
  private static int drawn() {
    return browser
        .run("return Number(document.querySelector('[data-drawn]')?.dataset.drawn ?? 0)")
        .asInt();
  }

  /** Waits until the page has loaded its data again. */
  private static void refreshed() {
    String loads =
        "return performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/')).length";
    int before = browser.run(loads).asInt();
    browser.run("document.dispatchEvent(new Event('visibilitychange'))");
    await().until(() -> browser.run(loads).asInt() >= before + 2);
  }

  private static void set(String id, String value) {
    browser.run(
        "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
            + " field.dispatchEvent(new Event('change', {bubbles: true}))",
        id,
        value);
  }
}
