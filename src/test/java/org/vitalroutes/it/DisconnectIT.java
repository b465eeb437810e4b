package org.vitalroutes.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.rest.api.MethodOutcome;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.DiagnosticReport;
import org.hl7.fhir.r5.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Reference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.testsupport.FaultProxy;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.World;

/** A user disconnects here and at Withings; an app completes a connection itself. */
class DisconnectIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final String API = "/api/connected-accounts/withings/oauth/";

  static final World world = new World();

  /** The proxy between Vitalroutes and the FHIR server. */
  static final FaultProxy fhir = new FaultProxy(URI.create(world.fhir().baseUrl()).getPort());

  static RunningVitalroutes vitalroutes;
  static Inspection inspection;

  @BeforeAll
  static void start() {
    world
        .settings()
        .set("CONNECT_MODE", "app")
        .set("ON_DISCONNECT", "mark")
        .set("FHIR_PROVENANCE", "true")
        .set("HISTORY", "P4D")
        .set(
            "FHIR_SERVER_URL",
            "http://localhost:" + fhir.port() + URI.create(world.fhir().baseUrl()).getPath())
        .set("REVOCATION_RETRY_CRON", "* * * * * ?")
        .set("SUBSCRIBE_RETRY_CRON", "* * * * * ?");
    vitalroutes = world.start();
    inspection = new Inspection(world.database());
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    fhir.close();
    world.close();
  }

  @Test
  void a_disconnect_leaves_a_receipt_and_nothing_at_withings() {
    connected("jane", 31);

    JsonNode receipt = disconnect("jane");

    assertThat(receipt.path("status").asText()).isEqualTo("disconnected");
    assertThat(receipt.at("/accounts/0/steps"))
        .extracting(step -> step.path("step").asText() + " " + step.path("outcome").asText())
        .contains("unsubscribe done", "revoke done", "destroy_tokens done", "cancel_work done")
        .contains("mark_data done")
        .hasSize(12);
    assertThat(world.withings().connected(31)).isFalse();
    assertThat(inspection.tokensOf("jane")).isZero();
    assertThat(status("jane")).isEqualTo("disconnected");
  }

  @Test
  void a_second_disconnect_finds_nothing_to_do_and_says_so() {
    connected("kate", 32);
    disconnect("kate");

    JsonNode again = disconnect("kate");

    assertThat(again.path("status").asText()).isEqualTo("disconnected");
    assertThat(again.at("/accounts/0/steps"))
        .extracting(step -> step.path("step").asText() + " " + step.path("outcome").asText())
        .containsExactly(
            "revoke already_gone",
            "destroy_tokens already_gone",
            "cancel_work already_gone",
            "mark_data done");
    assertThat(again.at("/accounts")).hasSize(1);
  }

  @Test
  void a_person_sees_all_that_is_held_of_them_and_it_is_erased() {
    String subject = "c4n4ry-quinn";
    connected(subject, 730_031);
    connected("ruth", 39);
    world.withings().weighIn(730_031, new BigDecimal("61.500"));
    await().atMost(SOON).until(() -> held(subject).at("/held/delivered").size() > 0);

    JsonNode held = held(subject);
    assertThat(held.at("/held/connected_account/0/external_user_id").asText()).isEqualTo("730031");
    assertThat(held.at("/held/connected_account/0").has("access_token")).isFalse();
    assertThat(held.at("/held/notification/0/body").asText()).contains("userid=730031");
    assertThat(held.at("/held/audit_event")).isNotEmpty();
    int delivered = held.at("/held/delivered").size();

    // The FHIR data is marked first, because marking needs the rows that are erased.
    JsonNode receipt =
        await()
            .atMost(SOON)
            .until(
                () ->
                    World.json(
                        vitalroutes.post(
                            "/api/connected-accounts/erase/", world.tokens().of(subject), "")),
                answer -> !answer.path("code").asText().equals("data_not_withdrawn_yet"));

    assertThat(receipt.at("/erased/connected_account").asInt()).isEqualTo(1);
    assertThat(receipt.at("/erased/notification").asInt()).isPositive();
    assertThat(receipt.at("/kept_on_fhir_server").asInt()).isGreaterThanOrEqualTo(delivered);
    assertThat(world.withings().connected(730_031)).isFalse();
    assertThat(statuses(subject)).containsOnly(ObservationStatus.ENTEREDINERROR);
    // Every row of every table as text, with bytes in hex.
    assertThat(inspection.everyRow())
        .noneMatch(row -> row.contains("c4n4ry"))
        .noneMatch(row -> row.contains("730031"))
        .noneMatch(row -> row.contains(HexFormat.of().formatHex("730031".getBytes(UTF_8))));
    assertThat(status("ruth")).isEqualTo("connected");
    assertThat(held(subject).at("/held/connected_account")).isEmpty();
  }

  @Test
  void an_account_is_not_erased_before_its_grant_is_revoked() {
    connected("sam", 42);
    world
        .withings()
        .faults()
        .add(Fault.httpStatus(503).onAction("revoke").onPath("/v2/oauth2").times(1));
    String path = "/api/connected-accounts/erase/";

    var refused = vitalroutes.post(path, world.tokens().of("sam"), "");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("not_disconnected_yet");
    await()
        .atMost(SOON)
        .until(() -> vitalroutes.post(path, world.tokens().of("sam"), "").statusCode() == 200);
    assertThat(world.withings().connected(42)).isFalse();
  }

  @Test
  void an_operator_shows_and_erases_what_is_held_of_who_asks_by_letter() {
    connected("uma-by-letter", 43);
    String otto = world.tokens().ofOperator("otto");
    String account =
        World.json(vitalroutes.get("/api/operations/accounts?subject=uma-by-letter", otto))
            .at("/items/0/id")
            .asText();
    String path = "/api/operations/accounts/" + account;

    JsonNode held = World.json(vitalroutes.get(path + "/export?note=letter+7", otto));
    JsonNode preview = World.json(vitalroutes.post(path + "/erase?dry_run=true", otto, ""));
    assertThat(preview.path("accounts").asInt()).isEqualTo(1);
    assertThat(preview.at("/erased/connected_account").asInt()).isEqualTo(1);
    assertThat(world.withings().connected(43)).isTrue();
    JsonNode receipt = World.json(vitalroutes.post(path + "/erase?note=letter+7", otto, ""));

    assertThat(held.at("/held/connected_account/0/subject").asText()).isEqualTo("uma-by-letter");
    assertThat(receipt.at("/disconnected/0/status").asText()).isEqualTo("disconnected");
    assertThat(receipt.at("/erased/connected_account").asInt()).isEqualTo(1);
    assertThat(world.withings().connected(43)).isFalse();
    assertThat(inspection.everyRow())
        .noneMatch(row -> row.contains("uma-by-letter"))
        .anyMatch(
            row ->
                row.matches("audit_event\\S* .*,otto,export," + account + ",\"all: letter 7\".*"))
        .anyMatch(
            row ->
                row.matches("audit_event\\S* .*,otto,erase," + account + ",\"all: letter 7\".*"));
    assertThat(vitalroutes.post(path + "/erase", otto, "").statusCode()).isEqualTo(404);
  }

  private static JsonNode held(String subject) {
    return World.json(
        vitalroutes.get("/api/connected-accounts/export/", world.tokens().of(subject)));
  }

  @Test
  void a_revocation_that_withings_refuses_is_sent_again() {
    connected("lara", 33);
    world
        .withings()
        .faults()
        .add(Fault.httpStatus(503).onAction("revoke").onPath("/v2/oauth2").times(1));

    JsonNode receipt = disconnect("lara");

    assertThat(receipt.at("/accounts/0/steps"))
        .filteredOn(step -> step.path("step").asText().equals("revoke"))
        .extracting(step -> step.path("outcome").asText())
        .containsExactly("queued");
    assertThat(inspection.tokensOf("lara")).isZero();
    await().atMost(SOON).until(() -> !world.withings().connected(33));
  }

  @Test
  void a_subscription_that_withings_did_not_take_is_made_again_and_seen_meanwhile() {
    world.withings().faults().add(Fault.bodyStatus(293).onAction("subscribe").forUser(38).times(1));

    connected("tess", 38);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        World.json(
                                vitalroutes.get(
                                    "/api/connected-accounts/", world.tokens().of("tess")))
                            .at("/0/subscriptions"))
                    .hasSize(8)
                    .allSatisfy(state -> assertThat(state.asText()).isEqualTo("active")));
    assertThat(world.withings().subscriptions())
        .filteredOn(subscription -> subscription.userid() == 38)
        .hasSize(8);
  }

  @Test
  void a_late_report_of_an_unlink_does_not_end_a_connection_that_lives() {
    connected("mina", 61);

    RunningVitalroutes.send(
        Inspection.form(
            vitalroutes.request(World.signedPath(61)), "userid=61&appli=46&action=unlink"));
    world.withings().weighIn(61, new BigDecimal("61.500"));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().valuesOf("mina", "29463-7")).contains("61.500"));
    assertThat(status("mina")).isEqualTo("connected");
  }

  @Test
  void a_user_who_unlinks_at_withings_is_disconnected() {
    connected("mary", 34);
    world.withings().dropGrant(34);

    long now = Instant.now().getEpochSecond();
    int answer =
        RunningVitalroutes.send(
                Inspection.form(
                    vitalroutes.request(World.signedPath(34)),
                    "userid=34&appli=46&action=unlink&date=" + now))
            .statusCode();

    assertThat(answer).isEqualTo(200);
    await().atMost(SOON).until(() -> status("mary").equals("disconnected"));
    assertThat(inspection.tokensOf("mary")).isZero();
  }

  @Test
  void after_a_reconnect_the_data_flows_again() {
    connected("nora", 35);
    disconnect("nora");

    connected("nora", 35);
    world.withings().weighIn(35, new BigDecimal("61.500"));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().valuesOf("nora", "29463-7")).contains("61.500"));
  }

  @Test
  void what_lies_in_the_fhir_server_is_marked_and_comes_again_with_a_new_connection() {
    withData("vera", 53);
    connected("vera", 53);
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    int delivered = statuses("vera").size();
    assertThat(delivered).isGreaterThan(30);

    JsonNode receipt = disconnect("vera");

    assertThat(receipt.at("/accounts/0/steps"))
        .extracting(step -> step.path("step").asText() + " " + step.path("outcome").asText())
        .contains("mark_data queued");
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    assertThat(statuses("vera")).hasSize(delivered).containsOnly(ObservationStatus.ENTEREDINERROR);

    connected("vera", 53);
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    assertThat(statuses("vera"))
        .hasSize(delivered)
        .doesNotContain(ObservationStatus.ENTEREDINERROR, ObservationStatus.FINAL)
        .contains(ObservationStatus.AMENDED);
  }

  @Test
  void a_disconnect_during_a_history_leaves_no_observation_final() {
    withData("walt", 54);
    connected("walt", 54);
    await().atMost(LONG).until(() -> !statuses("walt").isEmpty());

    disconnect("walt");

    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(statuses("walt"))
                    .isNotEmpty()
                    .containsOnly(ObservationStatus.ENTEREDINERROR));
  }

  @Test
  void what_the_fhir_server_took_while_its_account_was_disconnected_is_marked_too() {
    connected("xara", 55);
    world.withings().weighIn(55, new BigDecimal("61.500"));
    await().atMost(SOON).until(() -> !statuses("xara").isEmpty());
    await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
    int before = statuses("xara").size();
    fhir.hold(FaultProxy.Way.TO_CLIENT);
    world.withings().weighIn(55, new BigDecimal("61.600"));
    // The FHIR server has applied the transaction, but its answer has not arrived.
    await().atMost(SOON).until(() -> statuses("xara").size() == 2 * before);

    disconnect("xara");
    fhir.heal();

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(statuses("xara"))
                    .hasSize(2 * before)
                    .containsOnly(ObservationStatus.ENTEREDINERROR));
  }

  @Test
  void deleted_data_is_gone_and_waits_for_a_server_that_is_down() {
    withData("yves", 56);
    connected("yves", 56);
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    int delivered = statuses("yves").size();
    assertThat(provenancesOf("yves")).isNotEmpty();
    Observation referred = world.fhir().observationsOf("yves").get(0);
    MethodOutcome report = world.fhir().client().create().resource(reportOf(referred)).execute();
    fhir.refuse();
    Accounts accounts = vitalroutes.bean(Accounts.class);
    UUID account = accounts.openOf("yves").get(0).id();

    accounts.end(account, Actor.of("yves"), false, OnDisconnect.DELETE);

    await().atMost(SOON).until(() -> inspection.failedRequests() > 0);
    assertThat(statuses("yves")).hasSize(delivered);
    fhir.heal();
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    assertThat(world.fhir().observationsOf("yves"))
        .singleElement()
        .satisfies(left -> assertThat(left.getIdPart()).isEqualTo(referred.getIdPart()));
    assertThat(provenancesOf("yves")).isEmpty();
    assertThat(inspection.deadLetters())
        .containsExactly("withdrawal fhir-refused FHIR server answered HTTP 409; processing");
    world.fhir().client().delete().resourceById(report.getId()).execute();

    connected("yves", 56);
    assertThat(inspection.deadLetters()).isEmpty();
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    assertThat(statuses("yves")).hasSize(delivered).contains(ObservationStatus.FINAL);
  }

  private static DiagnosticReport reportOf(Observation result) {
    return new DiagnosticReport()
        .setStatus(DiagnosticReportStatus.FINAL)
        .setCode(new CodeableConcept().setText("a report"))
        .addResult(new Reference("Observation/" + result.getIdPart()));
  }

  private static void withData(String subject, long user) {
    DemoData.year(
        world.withings().addUser(user, ZoneId.of("Europe/Paris"), subject),
        world.withings().clock());
  }

  private static List<IBaseResource> provenancesOf(String subject) {
    String patient = world.fhir().patientsOf(subject).get(0).getIdElement().getIdPart();
    return world.fhir().search("Provenance?_count=200&patient=" + patient);
  }

  private static List<ObservationStatus> statuses(String subject) {
    return world.fhir().observationsOf(subject).stream().map(Observation::getStatus).toList();
  }

  @Test
  void a_withings_account_of_another_user_is_refused() {
    connected("olga", 36);

    var answer = connect("pia", 36);

    assertThat(answer.path("status").asInt()).isEqualTo(409);
    assertThat(answer.path("code").asText()).isEqualTo("account_belongs_to_another_user");
    assertThat(status("olga")).isEqualTo("connected");
  }

  @Test
  void a_state_of_another_user_or_a_used_one_links_nothing() {
    world.withings().addUser(37, ZoneId.of("Europe/Paris"), "Rita");
    URI app = consent("rita", 37);

    JsonNode foreign = complete("sam", app);
    JsonNode used = complete("rita", app);

    assertThat(List.of(foreign, used))
        .allSatisfy(
            problem -> assertThat(problem.path("code").asText()).isEqualTo("invalid_state"));
    assertThat(World.json(vitalroutes.get("/api/connected-accounts/", world.tokens().of("rita"))))
        .isEmpty();
  }

  private static void connected(String subject, long user) {
    if (world.withings().users().stream().noneMatch(known -> known.userid() == user)) {
      world.withings().addUser(user, ZoneId.of("Europe/Paris"), subject);
    }
    assertThat(connect(subject, user).path("status").asText()).isEqualTo("connected");
  }

  private static JsonNode connect(String subject, long user) {
    return complete(subject, consent(subject, user));
  }

  /** The user consents and the browser is redirected to the app. */
  private static URI consent(String subject, long user) {
    JsonNode begun =
        World.json(
            vitalroutes.post(
                API + "initiate/",
                world.tokens().of(subject),
                "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}"));
    return World.redirect(
        URI.create(begun.path("authorization_url").asText() + "&demo_user=" + user));
  }

  private static JsonNode complete(String subject, URI app) {
    String[] query = app.getQuery().split("[&=]");
    String code = query[1];
    String state = query[3];
    assertThat(query[0] + query[2]).isEqualTo("codestate");
    return World.json(
        vitalroutes.post(
            API + "complete/",
            world.tokens().of(subject),
            "{\"code\": \"" + code + "\", \"state\": \"" + state + "\"}"));
  }

  private static JsonNode disconnect(String subject) {
    return World.json(vitalroutes.post(API + "disconnect/", world.tokens().of(subject), "{}"));
  }

  private static String status(String subject) {
    return World.json(vitalroutes.get("/api/connected-accounts/", world.tokens().of(subject)))
        .at("/0/status")
        .asText();
  }
}
