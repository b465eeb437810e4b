package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** Resources that a real HAPI server refuses, and a group that Withings assigns to another user. */
class RefusedResourceIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String LOST_DEVICE = "9".repeat(40);

  private static World world;
  private static RunningVitalroutes vitalroutes;

  @BeforeAll
  static void start() {
    world = new World();
    world.settings().set("AMBIGUOUS_OWNER", "hold");
    vitalroutes = world.start();
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    world.close();
  }

  @Test
  void
      a_resource_that_hapi_refuses_becomes_a_dead_letter_alone_and_delivered_when_it_is_replayed() {
    connected("anna", 51);
    Instant now = Instant.now();
    add(51, 5100, now.minusSeconds(9000), LOST_DEVICE, true);
    awaitObservations("anna", 1);
    Observation first = world.fhir().observationsOf("anna").get(0);
    Device lost =
        world
            .fhir()
            .client()
            .read()
            .resource(Device.class)
            .withId(first.getDevice().getReferenceElement().getIdPart())
            .execute();
    world.fhir().client().delete().resource(first).execute();
    world.fhir().client().delete().resource(lost).execute();

    for (int i = 1; i <= 9; i++) {
      add(51, 5100 + i, now.minusSeconds(600L * i), i == 4 ? LOST_DEVICE : "8".repeat(40), false);
    }
    resync("anna", now.minusSeconds(86_400));

    await().atMost(SOON).until(() -> deadLetters().path("total").asInt() == 1);
    awaitObservations("anna", 8);
    JsonNode item = deadLetters().at("/items/0");
    assertThat(item.path("reason").asText()).isEqualTo("fhir-refused");
    assertThat(item.at("/resource/key").asText()).isEqualTo("meas-51-5104-1");
    assertThat(item.path("detail").asText()).contains("HAPI-");

    lost.setId("Device/" + lost.getIdElement().getIdPart()).setMeta(null);
    world.fhir().client().update().resource(lost).execute();
    replay(item.path("id").asText());

    awaitObservations("anna", 9);
    assertThat(deadLetters().path("total").asInt()).isZero();
  }

  @Test
  void a_group_that_moves_to_another_user_leaves_the_first_and_can_come_back() {
    connected("berta", 52);
    connected("clara", 53);
    Instant when = Instant.now().minusSeconds(3600);
    add(52, 5200, when, "8".repeat(40), true);
    awaitObservations("berta", 1);

    world.withings().deleteGroup(52, 5200, true);
    add(53, 5300, when, "8".repeat(40), true);
    awaitObservations("clara", 1);
    awaitStatus("berta", ObservationStatus.ENTEREDINERROR);

    world.withings().deleteGroup(53, 5300, true);
    add(52, 5200, when, "8".repeat(40), true);
    awaitStatus("clara", ObservationStatus.ENTEREDINERROR);
    awaitStatus("berta", ObservationStatus.AMENDED);
    assertThat(world.fhir().observationsOf("berta")).hasSize(1);
  }

  @Test
  void a_weight_that_may_be_another_persons_is_sent_when_an_operator_says_whose_it_is() {
    connected("dora", 54);
    Instant when = Instant.now().minusSeconds(3600);
    add(54, 5400, when, "8".repeat(40), true);
    awaitObservations("dora", 1);
    ObjectNode doubtful = Inspection.weightGroup(5401, when.plusSeconds(60), 55_000);
    world.withings().addGroup(54, doubtful.put("attrib", 1), false);
    resync("dora", when.minusSeconds(60));

    await().atMost(SOON).until(() -> deadLetters("ambiguous-owner").path("total").asInt() == 1);
    assertThat(world.fhir().observationsOf("dora")).hasSize(1);
    replay(deadLetters("ambiguous-owner").at("/items/0/id").asText());

    awaitObservations("dora", 2);
    assertThat(world.fhir().observationsOf("dora"))
        .extracting(Observation::getStatus)
        .containsOnly(ObservationStatus.FINAL);
    assertThat(deadLetters("ambiguous-owner").path("total").asInt()).isZero();
  }

  private static JsonNode deadLetters() {
    return deadLetters("fhir-refused");
  }

  private static JsonNode deadLetters(String reason) {
    return World.json(
        vitalroutes.get(
            "/api/operations/dead-letters?reason=" + reason, world.tokens().ofOperator("otto")));
  }

  private static void replay(String id) {
    assertThat(
            vitalroutes
                .post(
                    "/api/operations/dead-letters/" + id + "/replay",
                    world.tokens().ofOperator("otto"),
                    "")
                .statusCode())
        .isEqualTo(200);
  }

  private static void resync(String subject, Instant from) {
    String otto = world.tokens().ofOperator("otto");
    String account =
        World.json(vitalroutes.get("/api/operations/accounts?subject=" + subject, otto))
            .at("/items/0/id")
            .asText();
    assertThat(
            vitalroutes
                .post(
                    "/api/operations/accounts/" + account + "/resync",
                    otto,
                    "{\"kinds\": [\"measures\"], \"from\": \"" + from + "\"}")
                .statusCode())
        .isEqualTo(200);
  }

  private static void add(long user, long grpid, Instant when, String device, boolean tell) {
    ObjectNode group = Inspection.weightGroup(grpid, when, 70_000 + grpid % 100);
    group.put("hash_deviceid", device).put("deviceid", device);
    world.withings().addGroup(user, group, tell);
  }

  private static void awaitObservations(String subject, int count) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.fhir().observationsOf(subject)).hasSize(count));
  }

  private static void awaitStatus(String subject, ObservationStatus status) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              new Inspection(world.database()).secondReadsAreDue();
              assertThat(world.fhir().observationsOf(subject))
                  .extracting(Observation::getStatus)
                  .isEqualTo(List.of(status));
            });
  }

  private static void connected(String subject, long user) {
    world.withings().addUser(user, ZoneId.of("Europe/Paris"), subject);
    assertThat(world.connect(vitalroutes, subject, user)).asString().contains("status=connected");
  }
}
