package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.DeviceAssociation;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vitalroutes.simulator.DataKind;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** The whole path, with all parts real except Withings. */
class NotificationToObservationIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** For the reads that a removal takes. */
  private static final Duration AFTER_SECOND_READS = Duration.ofMinutes(2);

  private static final String LOINC = "http://loinc.org";
  private static final String WEIGHT = "29463-7";
  private static final String BODY_MASS = "39156-5";

  static final World world = new World();
  static RunningVitalroutes vitalroutes;
  static Inspection inspection;

  @BeforeAll
  static void start() {
    world.settings().set("FHIR_BMI", "true").set("FHIR_DEVICE_USER", "true");
    vitalroutes = world.start();
    inspection = new Inspection(world.database());
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    world.close();
  }

  @Test
  void a_weigh_in_becomes_an_observation_with_the_same_digits() {
    connected("ada", 11);

    world.withings().weighIn(11, new BigDecimal("72.350"), new BigDecimal("21.463"));

    awaitWeights("ada", "72.350");
    assertThat(world.fhir().valuesOf("ada", "41982-0")).containsExactly("21.463");
    assertThat(world.fhir().observationsOf("ada")).allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void a_blood_pressure_becomes_a_panel_and_a_heart_rate() {
    connected("bea", 12);

    world.withings().bloodPressure(12, 121, 78, 64);

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.fhir().observationsOf("bea")).hasSize(2));
    assertThat(world.fhir().valuesOf("bea", "8867-4")).containsExactly("64");
    assertThat(world.fhir().observationsOf("bea"))
        .allSatisfy(FhirValidation::assertValid)
        .anySatisfy(
            panel ->
                assertThat(panel.getComponent())
                    .extracting(part -> part.getValueQuantity().getValue().toPlainString())
                    .containsExactly("121", "78"));
  }

  @Test
  void the_history_comes_page_by_page_newest_data_included() {
    world.withings().settings().measurePageSize(3);
    world.withings().addUser(13, ZoneId.of("America/New_York"), "Cleo");
    for (int day = 1; day <= 8; day++) {
      world
          .withings()
          .addGroup(
              13,
              Inspection.weightGroup(
                  900 + day, Instant.now().minusSeconds(86_400L * day), 70_000 + day),
              false);
    }

    assertThat(world.connect(vitalroutes, "cleo", 13)).asString().contains("status=connected");

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.fhir().valuesOf("cleo", WEIGHT)).hasSize(8));
    world.withings().settings().measurePageSize(100);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        World.json(
                                vitalroutes.get(
                                    "/api/connected-accounts/", world.tokens().of("cleo")))
                            .at("/0/kinds/measures/history_progress")
                            .asInt())
                    .isEqualTo(100));
  }

  @Test
  void the_same_notification_three_times_makes_no_new_version() {
    connected("dora", 14);
    world.withings().weighIn(14, new BigDecimal("65.100"));
    awaitWeights("dora", "65.100");
    long dispatched = inspection.dispatchedNotifications();

    Instant now = Instant.now();
    for (int i = 0; i < 3; i++) {
      assertThat(
              notify(
                  14,
                  "userid=14&appli=1&startdate="
                      + (now.getEpochSecond() - 3600)
                      + "&enddate="
                      + now.getEpochSecond()))
          .isEqualTo(200);
      int times = i + 1;
      await().atMost(SOON).until(() -> inspection.dispatchedNotifications() >= dispatched + times);
      await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
    }

    assertThat(world.fhir().observationsOf("dora"))
        .extracting(observation -> observation.getMeta().getVersionId())
        .containsOnly("1");
  }

  @Test
  void an_edit_makes_a_new_version_and_a_deletion_an_entry_in_error() {
    connected("elsa", 15);
    long grpid = world.withings().weighIn(15, new BigDecimal("80.000")).grpid();
    awaitWeights("elsa", "80.000");

    world
        .withings()
        .editGroup(
            15,
            grpid,
            JsonNodeFactory.instance
                .objectNode()
                .set("measures", Inspection.weightMeasures(80_500)),
            true);
    awaitWeights("elsa", "80.500");
    world.withings().deleteGroup(15, grpid, true);

    await()
        .atMost(AFTER_SECOND_READS)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(world.fhir().observationsOf("elsa"))
                  .extracting(Observation::getStatus)
                  .containsOnly(ObservationStatus.ENTEREDINERROR);
            });
    assertThat(world.fhir().observationsOf("elsa")).allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void a_reading_that_only_the_fhir_server_still_knows_is_withdrawn_once_the_ledger_is_rebuilt() {
    connected("enid", 20);
    Instant now = Instant.now();
    world.withings().addGroup(20, Inspection.weightGroup(2000, now, 80_000), true);
    world.withings().addGroup(20, Inspection.weightGroup(2001, now, 81_000), true);
    awaitWeights("enid", "80.000", "81.000");
    await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
    // As after a restore of the database from a backup that is older than both.
    inspection.forgetDelivered("enid");
    world.withings().deleteGroup(20, 2000, false);

    var preview = operate("accounts/" + account("enid") + "/rebuild-ledger", "{\"dry_run\": true}");
    assertThat(preview.path("added").asInt()).isEqualTo(2);
    assertThat(preview.path("requests").asInt()).isEqualTo(1);
    var receipt =
        operate("accounts/" + account("enid") + "/rebuild-ledger", "{\"reason\": \"restored\"}");

    assertThat(receipt.path("found").asInt()).isEqualTo(2);
    assertThat(receipt.path("added").asInt()).isEqualTo(2);
    await()
        .atMost(AFTER_SECOND_READS)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(world.fhir().observationsOf("enid"))
                  .extracting(
                      each -> each.getValueQuantity().getValue().toPlainString(),
                      Observation::getStatus)
                  .containsExactlyInAnyOrder(
                      tuple("80.000", ObservationStatus.ENTEREDINERROR),
                      tuple("81.000", ObservationStatus.FINAL));
            });
  }

  @Test
  void a_group_that_moves_to_another_user_is_in_error_for_the_one_and_new_for_the_other() {
    connected("gwen", 21);
    connected("hugo", 22);
    ObjectNode group = Inspection.weightGroup(777, Instant.now().minusSeconds(600), 66_000);
    world.withings().addGroup(21, group, true);
    awaitWeights("gwen", "66.000");

    world.withings().deleteGroup(21, 777, false);
    world.withings().addGroup(22, group, true);
    awaitWeights("hugo", "66.000");
    world.withings().tell(21, 1, Map.of("startdate", "1", "enddate", "2000000000"));

    await()
        .atMost(AFTER_SECOND_READS)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(statuses("gwen")).containsExactly(ObservationStatus.ENTEREDINERROR);
            });
    assertThat(statuses("hugo")).containsExactly(ObservationStatus.FINAL);
  }

  @Test
  void a_mass_of_removals_is_withdrawn_when_an_operator_replays_its_dead_letter() {
    connected("ines", 23);
    Instant now = Instant.now();
    for (int i = 0; i < 30; i++) {
      world
          .withings()
          .addGroup(
              23,
              Inspection.weightGroup(2300 + i, now.minusSeconds(3600 + i * 60), 60_000 + i),
              false);
    }
    Map<String, String> hours =
        Map.of(
            "startdate", Long.toString(now.getEpochSecond() - 86_400),
            "enddate", Long.toString(now.getEpochSecond()));
    world.withings().tell(23, 1, hours);
    await().atMost(SOON).until(() -> statuses("ines").size() == 30);
    for (int i = 0; i < 25; i++) {
      world.withings().deleteGroup(23, 2300 + i, false);
    }
    world.withings().tell(23, 1, hours);
    await()
        .atMost(AFTER_SECOND_READS)
        .until(
            () -> {
              inspection.secondReadsAreDue();
              return operate("dead-letters?reason=mass-withdrawal").path("items").size() == 1;
            });
    assertThat(statuses("ines")).containsOnly(ObservationStatus.FINAL);

    String id = operate("dead-letters?reason=mass-withdrawal").at("/items/0/id").asText();
    operate("dead-letters/" + id + "/replay", "{}");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(statuses("ines"))
                    .filteredOn(ObservationStatus.ENTEREDINERROR::equals)
                    .hasSize(25));
    assertThat(statuses("ines")).filteredOn(ObservationStatus.FINAL::equals).hasSize(5);
  }

  @Test
  void a_refresh_that_is_refused_for_a_while_holds_its_account_alone() {
    connected("jane", 24);
    connected("kurt", 25);
    await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
    world.withings().expireAccessTokens(24);
    world
        .withings()
        .faults()
        .add(
            Fault.raw(
                    "{\"status\": 601, \"body\": {\"wait_seconds\": 188},"
                        + " \"error\": \"Same arguments in less than 10 seconds\"}")
                .onAction("requesttoken"));

    world.withings().weighIn(24, new BigDecimal("61.000"));
    await().atMost(SOON).until(() -> inspection.failedRequests() > 0);
    world.withings().weighIn(25, new BigDecimal("62.000"));

    awaitWeights("kurt", "62.000");
    assertThat(inspection.secondsUntilFailedRequest()).isBetween(150.0, 240.0);
    assertThat(world.fhir().valuesOf("jane", WEIGHT)).isEmpty();
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              inspection.failedRequestsAreDue();
              assertThat(world.fhir().valuesOf("jane", WEIGHT)).containsExactly("61.000");
            });
  }

  @Test
  void a_reading_whose_date_was_corrected_is_never_in_error() {
    connected("lara", 26);
    Instant date = Instant.now().minusSeconds(40 * 86_400L);
    world.withings().addGroup(26, Inspection.weightGroup(2600, date, 64_000), true);
    awaitWeights("lara", "64.000");
    Instant corrected = date.plusSeconds(10 * 86_400L);
    world
        .withings()
        .editGroup(
            26,
            2600,
            JsonNodeFactory.instance.objectNode().put("date", corrected.getEpochSecond()),
            false);

    // Of the day alone that the reading has left.
    long left = date.getEpochSecond();
    notify(26, "userid=26&appli=1&startdate=" + (left - 60) + "&enddate=" + (left + 60));

    await()
        .atMost(AFTER_SECOND_READS)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(world.fhir().observationsOf("lara"))
                  .singleElement()
                  .satisfies(
                      weight -> {
                        assertThat(weight.getStatus()).isEqualTo(ObservationStatus.AMENDED);
                        assertThat(weight.getEffectiveDateTimeType().getValue().toInstant())
                            .isEqualTo(corrected.truncatedTo(ChronoUnit.SECONDS));
                        assertThat(weight.getMeta().getVersionId()).isEqualTo("2");
                      });
            });
  }

  @Test
  void a_body_mass_index_follows_the_weight_and_the_height_that_it_is_derived_from() {
    connected("ines", 27);
    Instant entered = Instant.now().minusSeconds(20 * 86_400L);
    world.withings().addGroup(27, Inspection.heightGroup(2700, entered, 1850), true);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().valuesOf("ines", "8302-2")).containsExactly("185.0"));

    // The height is in no answer that has the weight.
    long grpid = world.withings().weighIn(27, new BigDecimal("72.350")).grpid();
    awaitBodyMass("ines", ObservationStatus.FINAL, "21.1");

    edit(27, grpid, "measures", Inspection.weightMeasures(80_500));
    awaitBodyMass("ines", ObservationStatus.AMENDED, "23.5");

    edit(27, 2700, "measures", Inspection.heightMeasures(1800));
    awaitBodyMass("ines", ObservationStatus.AMENDED, "24.8");

    // A height that was measured after the weight is not the height of then.
    edit(
        27,
        2700,
        "date",
        JsonNodeFactory.instance.numberNode(Instant.now().plusSeconds(60).getEpochSecond()));
    awaitBodyMass("ines", ObservationStatus.ENTEREDINERROR, "24.8");
    assertThat(world.fhir().observationsOf("ines")).allSatisfy(FhirValidation::assertValid);
  }

  private static void edit(long user, long grpid, String field, JsonNode value) {
    world
        .withings()
        .editGroup(user, grpid, JsonNodeFactory.instance.objectNode().set(field, value), true);
  }

  private static void awaitBodyMass(String subject, ObservationStatus status, String value) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(world.fhir().observationsOf(subject))
                    .filteredOn(each -> each.getCode().getCodingFirstRep().is(LOINC, BODY_MASS))
                    .singleElement()
                    .satisfies(
                        index -> {
                          assertThat(index.getStatus()).isEqualTo(status);
                          assertThat(index.getValueQuantity().getValue()).hasToString(value);
                        }));
  }

  @Test
  void a_watch_is_its_users_until_another_account_lists_it_too() {
    String watch = "7".repeat(40);
    ObjectNode listed =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "Activity Tracker")
            .put("model", "ScanWatch")
            .put("model_id", 93)
            .put("deviceid", watch)
            .put("hash_deviceid", watch);
    world.withings().addUser(28, ZoneId.of("Europe/Paris"), "mona");
    world.withings().putRow(28, DataKind.DEVICES, listed, false);
    world.connect(vitalroutes, "mona", 28);
    world.withings().addGroup(28, readingOf(watch, 2801), true);
    awaitAssociation("mona", "attached");

    world.withings().addUser(29, ZoneId.of("Europe/Paris"), "nele");
    world.withings().putRow(29, DataKind.DEVICES, listed, false);
    world.connect(vitalroutes, "nele", 29);
    world.withings().addGroup(29, readingOf(watch, 2901), true);
    await().atMost(SOON).until(() -> world.fhir().observationsOf("nele").size() == 1);
    world.withings().addGroup(28, readingOf(watch, 2802), true);

    awaitAssociation("mona", "unknown");
    assertThat(associations("nele")).isEmpty();
  }

  private static ObjectNode readingOf(String device, long grpid) {
    return Inspection.weightGroup(grpid, Instant.now().minusSeconds(60), 70_000)
        .put("hash_deviceid", device)
        .put("modelid", 93)
        .put("model", "ScanWatch");
  }

  private static void awaitAssociation(String subject, String status) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(associations(subject))
                    .singleElement()
                    .satisfies(
                        each ->
                            assertThat(each.getStatus().getCodingFirstRep().getCode())
                                .isEqualTo(status)));
  }

  private static List<DeviceAssociation> associations(String subject) {
    // The Patient is created with the first reading.
    return world.fhir().patientsOf(subject).stream()
        .map(patient -> "DeviceAssociation?subject=Patient/" + patient.getIdElement().getIdPart())
        .flatMap(search -> world.fhir().search(search).stream())
        .map(DeviceAssociation.class::cast)
        .toList();
  }

  @Test
  void an_expired_access_token_is_refreshed_on_the_way() {
    connected("fay", 16);
    world.withings().expireAccessTokens(16);

    world.withings().weighIn(16, new BigDecimal("59.900"));

    awaitWeights("fay", "59.900");
  }

  @Test
  void a_token_that_names_a_patient_puts_the_data_there() {
    world.withings().addUser(17, ZoneId.of("Europe/Paris"), "Gail");
    String patientId =
        world.fhir().client().create().resource(new Patient()).execute().getId().getIdPart();

    world.connectWith(vitalroutes, world.tokens().of("gail", patientId), 17);
    world.withings().weighIn(17, new BigDecimal("77.700"));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().weightsOfPatient(patientId)).containsExactly("77.700"));
    assertThat(world.fhir().patientsOf("gail")).isEmpty();
  }

  @Test
  void while_withings_says_too_many_requests_nothing_is_lost() {
    connected("hedy", 18);
    world.withings().faults().add(Fault.httpStatus(503).onAction("getmeas").forUser(18).times(2));

    world.withings().weighIn(18, new BigDecimal("63.250"));

    awaitWeights("hedy", "63.250");
  }

  @Test
  void a_wrong_signature_in_the_url_is_not_found_and_nothing_is_stored() {
    long before = inspection.notifications();
    String path = World.signedPath(11);

    assertThat(post(path.substring(0, path.length() - 2) + "xx", "userid=11&appli=1"))
        .isEqualTo(404);
    assertThat(post(World.signedPath(12).replace("/12/", "/11/"), "userid=11&appli=1"))
        .isEqualTo(404);
    assertThat(post(path, "userid=12&appli=1")).isEqualTo(404);
    assertThat(inspection.notifications()).isEqualTo(before);
  }

  @Test
  void a_wrong_signature_of_the_body_is_unauthorized_and_nothing_is_stored() {
    long before = inspection.notifications();

    assertThat(post("/webhooks/withings", "userid=11&appli=1")).isEqualTo(401);
    assertThat(
            RunningVitalroutes.send(
                    Inspection.form(vitalroutes.request("/webhooks/withings"), "userid=11&appli=1")
                        .header("X-Withings-Signature", "sha256=" + "0".repeat(64)))
                .statusCode())
        .isEqualTo(401);
    assertThat(inspection.notifications()).isEqualTo(before);
  }

  @Test
  void a_signed_body_is_stored() {
    long before = inspection.notifications();
    String body = "userid=4711&appli=1&startdate=1700000000&enddate=1700000001&foo=bar";

    int status =
        RunningVitalroutes.send(
                Inspection.form(vitalroutes.request("/webhooks/withings"), body)
                    .header("X-Withings-Signature", Inspection.bodySignature(body)))
            .statusCode();

    assertThat(status).isEqualTo(200);
    assertThat(inspection.notifications()).isEqualTo(before + 1);
    await().atMost(SOON).until(() -> inspection.oddities().contains("unknown-user"));
  }

  @Test
  void the_probes_are_answered_200_with_an_empty_body() {
    for (String path : List.of("/webhooks/withings", World.signedPath(11))) {
      assertThat(vitalroutes.get(path).statusCode()).isEqualTo(200);
      assertThat(vitalroutes.get(path).body()).isEmpty();
      assertThat(
              RunningVitalroutes.send(
                      vitalroutes.request(path).method("HEAD", HttpRequest.BodyPublishers.noBody()))
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(vitalroutes.get("/webhooks/withings/11/wrong").statusCode()).isEqualTo(404);
  }

  @Test
  void what_is_no_form_or_too_large_is_refused() {
    assertThat(
            RunningVitalroutes.send(
                    vitalroutes
                        .request(World.signedPath(11))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}")))
                .statusCode())
        .isEqualTo(415);
    assertThat(post(World.signedPath(11), "userid=11&x=" + "x".repeat(65_536))).isEqualTo(413);
  }

  @Test
  void a_redirect_uri_that_is_not_allowed_is_refused() {
    var answer =
        vitalroutes.post(
            "/api/connected-accounts/withings/oauth/initiate",
            world.tokens().of("ada"),
            "{\"redirect_uri\": \"http://localhost:3000/connected/\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(World.json(answer).path("code").asText()).isEqualTo("redirect_uri_not_allowed");
  }

  @Test
  void without_a_token_the_api_is_closed() {
    var answer = vitalroutes.get("/api/connected-accounts");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(World.json(answer).path("code").asText()).isEqualTo("unauthenticated");
    assertThat(
            vitalroutes.get("/api/connected-accounts", world.tokens().expired("ada")).statusCode())
        .isEqualTo(401);
  }

  @Test
  void a_user_who_says_no_is_sent_back_with_the_reason() {
    world.withings().addUser(19, ZoneId.of("Europe/Paris"), "Ida");
    world.withings().refuseNextConsent();

    URI app = world.connect(vitalroutes, "ida", 19);

    assertThat(app).asString().contains("error=access_denied").contains("state=");
  }

  @Test
  void a_state_works_once() {
    assertThat(
            vitalroutes
                .get("/api/connected-accounts/withings/oauth/callback/?code=x&state=made-up")
                .statusCode())
        .isEqualTo(400);
  }

  private static String account(String subject) {
    return operate("accounts?subject=" + subject).at("/items/0/id").asText();
  }

  private static JsonNode operate(String path) {
    return World.json(
        vitalroutes.get("/api/operations/" + path, world.tokens().ofOperator("otto")));
  }

  private static JsonNode operate(String path, String body) {
    return World.json(
        vitalroutes.post("/api/operations/" + path, world.tokens().ofOperator("otto"), body));
  }

  private static List<ObservationStatus> statuses(String subject) {
    return world.fhir().observationsOf(subject).stream().map(Observation::getStatus).toList();
  }

  private static void connected(String subject, long user) {
    world.withings().addUser(user, ZoneId.of("Europe/Paris"), subject);
    assertThat(world.connect(vitalroutes, subject, user)).asString().contains("status=connected");
    assertThat(world.withings().subscriptions())
        .filteredOn(subscription -> subscription.userid() == user)
        .hasSize(8);
  }

  private static void awaitWeights(String subject, String... weights) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().valuesOf(subject, WEIGHT)).containsExactly(weights));
  }

  private static int notify(long user, String form) {
    return post(World.signedPath(user), form);
  }

  private static int post(String path, String form) {
    return RunningVitalroutes.send(Inspection.form(vitalroutes.request(path), form)).statusCode();
  }
}
