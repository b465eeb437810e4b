package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.testsupport.Browser;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/**
 * The console in a real browser, with all parts real except Withings. Screenshots are written to
 * {@code target/console}.
 */
class ConsoleIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ENTER = "\uE007";
  private static final String WEIGHT = "29463-7";
  private static final Path PICTURES = Path.of("target/console");

  @TempDir static Path folder;

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
        .set("CONNECT_PAGE_LOGO", logo().toString());
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
  }

  @BeforeEach
  void at_a_desk() {
    browser.size(1280, 900);
    browser.scheme("light");
  }

  @Test
  void an_operator_finds_why_a_notification_did_not_arrive_and_replays_it() {
    connected("ada", 61);
    world.withings().faults().add(Fault.bodyStatus(293).onAction("getmeas").forUser(61).times(1));
    world.withings().weighIn(61, new BigDecimal("72.350"));
    signIn(world.tokens().ofOperator("otto"));

    browser.awaitText("receive", "sync requests", "dead letters", "Dead letters 1");
    assertThat(browser.run("return document.querySelectorAll('.lines path[d]').length").asInt())
        .isGreaterThanOrEqualTo(12);
    picture("flow-light");
    browser.click("Dead letters 1");
    browser.awaitText("withings refused", "293", "Replay", "Discard …");
    picture("dead-letters-light");
    browser.click("account");
    browser.awaitText("Notification · appli 1 · weight", "Dead letter · measures");
    picture("timeline-broken");

    browser.run("document.querySelector('[data-key^=replay]').focus()");
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
    picture("discard");
    browser.type("sent by mistake" + ENTER);

    browser.awaitText("Discarded.", "Nothing waits for a person.");
    browser.run(
        "const s = document.getElementById('state'); s.value = 'discarded';"
            + " s.dispatchEvent(new Event('change'))");
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
    assertThat(browser.run("return document.querySelectorAll('circle.dot').length").asInt())
        .isEqualTo(40);
    picture("account-light");
    browser.scheme("dark");
    picture("account-dark");
    browser.size(390, 844);
    browser.run("location.reload()");
    browser.awaitText("Last values", "As a table");
    assertThat(
            browser
                .run("return document.querySelector('.chart text').getBoundingClientRect().height")
                .asDouble())
        .isGreaterThan(10);
    picture("account-phone");
    assertThat(overflow()).isZero();
    browser.open(console + "#/flow");
    browser.awaitText("translate", "Sync requests by origin");
    assertThat(overflow()).isZero();
    picture("flow-phone");
    browser.open(console + "#/accounts");
    browser.awaitText("cleo");
    assertThat(overflow()).isZero();
    picture("accounts-phone");
    browser.size(1280, 900);
    browser.open(console + "#/flow");
    browser.awaitText("translate");
    picture("flow-dark");
    assertThat(browser.complaints()).isEmpty();
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
    browser.awaitText("New link", "No links yet");
    accessible("nurse-form");
    browser.run("document.getElementById('subject').focus()");
    browser.type("mia");
    browser.click("Make the link");
    browser.awaitText("The link for mia", "Copy", "valid until", "open");
    accessible("nurse-link");
    assertThat(browser.run("return document.querySelector('.qr path').getAttribute('d')").asText())
        .startsWith("M0 0h1v1h-1zM1 0h1v1h-1z");
    String link = browser.run("return document.getElementById('url').value").asText();
    browser.size(390, 844);
    accessible("nurse-link-phone");

    browser.open(link);
    browser.awaitText("St. Anna Clinic asks to receive", "once a week", "How to end it");
    accessible("patient-phone");
    browser.scheme("dark");
    browser.click("If something goes wrong");
    browser.awaitText("Withings cannot be reached");
    accessible("patient-phone-dark");
    browser.scheme("light");
    browser.language("de");
    browser.open(link);
    browser.awaitText("St. Anna Clinic bittet", "Weiter zu Withings");
    accessible("patient-phone-german");
    browser.language("en");
    world.withings().refuseNextConsent();
    browser.open(link);
    browser.click("Continue to Withings");
    browser.awaitText("You did not agree at Withings");
    accessible("patient-denied-phone");
    browser.size(1280, 900);
    browser.open(link);
    browser.awaitText("Continue to Withings");
    accessible("patient-desk");
    world.withings().consentNextAs(64);
    browser.click("Continue to Withings");
    browser.awaitText("You are connected", "How to end it");
    accessible("patient-connected-desk");
    browser.size(390, 844);
    accessible("patient-connected-phone");
    assertThat(browser.complaints()).isEmpty();
    browser.open(link);
    browser.awaitText("This link does not work");
    accessible("patient-closed-phone");
    browser.complaints();

    browser.open(console + "#/links");
    browser.awaitText("mia", "used");
    accessible("nurse-used-phone");
    assertThat(world.withings().connected(64)).isTrue();
    assertThat(browser.complaints()).isEmpty();
  }

  /** Takes a picture of a page that has no barriers and is not wider than its window. */
  private static void accessible(String name) {
    browser.picture(Path.of("target/links").resolve(name + ".png"));
    assertThat(browser.barriers()).as(name).isEmpty();
    assertThat(overflow()).as(name).isZero();
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

  /** Logs in on the first page by keyboard; the field has the focus. */
  private static void signIn(String token) {
    browser.open(console);
    browser.run("sessionStorage.clear(); location.hash = ''; location.reload()");
    browser.awaitText("Operator’s token");
    browser.type(token + ENTER);
  }

  private static void connected(String subject, long user) {
    world.withings().addUser(user, ZoneId.of("Europe/Paris"), "Test");
    world.connect(vitalroutes, subject, user);
    await().atMost(SOON).until(() -> new Inspection(world.database()).waitingRequests() == 0);
  }

  private static int overflow() {
    return browser
        .run("return Math.max(0, document.documentElement.scrollWidth - innerWidth)")
        .asInt();
  }

  private static void picture(String name) {
    browser.picture(PICTURES.resolve(name + ".png"));
  }
}
