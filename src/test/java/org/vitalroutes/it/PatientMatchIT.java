package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.hl7.fhir.r5.model.Patient;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** A hospital that has Patients of its own: an account waits until the one of its user is there. */
class PatientMatchIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void an_account_waits_for_its_patient_and_goes_on_when_it_is_there() {
    try (World world = new World()) {
      world.settings().set("FHIR_PATIENT_CREATE", "false");
      Inspection inspection = new Inspection(world.database());
      try (RunningVitalroutes vitalroutes = world.start()) {
        world.withings().addUser(91, ZoneId.of("Europe/Paris"), "ida");
        world.withings().addGroup(91, Inspection.weightGroup(9101, Instant.now(), 91_001), false);
        assertThat(world.connect(vitalroutes, "ida", 91)).asString().contains("status=connected");
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(patient(world, vitalroutes)).isEqualTo("waiting no_match"));

        long calls = world.withings().calls().count("/measure getmeas");
        assertThat(match(world, vitalroutes)).isEqualTo("waiting no_match");
        String first = create(world);
        String second = create(world);
        assertThat(match(world, vitalroutes)).isEqualTo("waiting several_matches");
        assertThat(patient(world, vitalroutes)).isEqualTo("waiting several_matches");
        assertThat(waiting(world, vitalroutes)).isEqualTo(1);
        assertThat(inspection.deadLetters()).isEmpty();
        assertThat(world.withings().calls().count("/measure getmeas")).isEqualTo(calls).isZero();

        world.fhir().client().delete().resourceById("Patient", second).execute();
        assertThat(match(world, vitalroutes)).isEqualTo("matched ");

        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(world.fhir().weightsOfPatient(first)).containsExactly("91.001"));
        assertThat(waiting(world, vitalroutes)).isZero();
        assertThat(post(world, vitalroutes).statusCode()).isEqualTo(409);
      }
    }
  }

  private static String create(World world) {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem(world.namespace() + ":subject").setValue("ida");
    return world.fhir().client().create().resource(patient).execute().getId().getIdPart();
  }

  private static String patient(World world, RunningVitalroutes vitalroutes) {
    return words(
        World.json(vitalroutes.get("/api/connected-accounts/", world.tokens().of("ida")))
            .at("/0/patient"));
  }

  private static String match(World world, RunningVitalroutes vitalroutes) {
    return words(World.json(post(world, vitalroutes)).path("patient"));
  }

  private static String words(JsonNode patient) {
    return patient.path("state").asText() + " " + patient.path("reason").asText();
  }

  private static HttpResponse<String> post(World world, RunningVitalroutes vitalroutes) {
    String otto = world.tokens().ofOperator("otto");
    String account =
        World.json(vitalroutes.get("/api/operations/accounts?subject=ida", otto))
            .at("/items/0/id")
            .asText();
    return vitalroutes.post("/api/operations/accounts/" + account + "/match", otto, "");
  }

  private static int waiting(World world, RunningVitalroutes vitalroutes) {
    return World.json(
            vitalroutes.get(
                "/api/operations/accounts?patient=waiting", world.tokens().ofOperator("otto")))
        .path("items")
        .size();
  }
}
