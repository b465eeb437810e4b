package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Resource;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.testsupport.FaultProxy;
import org.vitalroutes.testsupport.FhirStore;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.HapiFhirServer;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** Real HAPI servers of R4, R4B and R5: which is which is found out, and what lands is the same. */
class FhirVersionsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final String WEIGHT = "29463-7";

  @Test
  void the_same_data_is_the_same_in_every_version() {
    try (World world = new World(FhirVersion.R4)) {
      world.settings().set("HISTORY", "P20D").set("INTRADAY", "P7D");
      SimulatedUser ada = world.withings().addUser(61, PARIS, "ada");
      DemoData.year(ada, world.withings().clock());
      SortedMap<String, IBaseResource> inR4 = delivered(world, world.fhir());
      FhirStore r5 = world.storeOf(FhirVersion.R5);
      SortedMap<String, IBaseResource> inR5 = delivered(anotherDatabase(world, r5), r5);
      FhirStore r4b = world.storeOf(FhirVersion.R4B);
      SortedMap<String, IBaseResource> inR4b = delivered(anotherDatabase(world, r4b), r4b);

      assertThat(inR4).hasSizeGreaterThan(150).hasSameSizeAs(inR5).hasSameSizeAs(inR4b);
      assertThat(inR4.values()).flatExtracting(FhirValidation::errors).isEmpty();
      assertThat(inR5.values()).flatExtracting(FhirValidation::errors).isEmpty();
      inR5.forEach(
          (key, resource) -> {
            String asR4 = comparable(WireFormat.inVersion((Resource) resource, FhirVersion.R4));
            assertThat(comparable(inR4.get(key))).as(key).isEqualTo(asR4);
            assertThat(comparable(inR4b.get(key))).as(key).isEqualTo(asR4);
          });
      assertThat(inR4.values())
          .anySatisfy(each -> assertThat(comparable(each)).contains("\"period\":"))
          .anySatisfy(each -> assertThat(comparable(each)).contains("\"deviceName\":"));
    }
  }

  /** Everything of the demo user, by business key. */
  private static SortedMap<String, IBaseResource> delivered(World world, FhirStore fhir) {
    Inspection inspection =
        new Inspection(world.settings().variables().get("SPRING_DATASOURCE_URL"));
    try (RunningVitalroutes vitalroutes = world.start()) {
      assertThat(world.connect(vitalroutes, "ada", 61)).asString().contains("status=connected");
      await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
      assertThat(inspection.deadLetters()).isEmpty();
    }
    String patient = fhir.patientsOf("ada").get(0).getIdElement().getIdPart();
    SortedMap<String, IBaseResource> found = new TreeMap<>();
    fhir.search("Observation?_count=200&_include=Observation:device&patient=" + patient)
        .forEach(each -> found.put(key(each), each));
    return found;
  }

  private static World anotherDatabase(World world, FhirStore fhir) {
    world
        .settings()
        .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
        .set("FHIR_SERVER_URL", fhir.baseUrl());
    return world;
  }

  private static String key(IBaseResource resource) {
    Resource r5 = WireFormat.inR5(resource, Resource.class);
    return r5 instanceof Observation observation
        ? observation.getIdentifierFirstRep().getValue()
        : ((Device) r5).getIdentifierFirstRep().getValue();
  }

  /** Without what each server and each Patient has of its own. */
  private static String comparable(IBaseResource resource) {
    return WireFormat.json(resource)
        .replaceAll("wth-[0-9a-f]{40}", "wth")
        .replaceAll("Patient/[A-Za-z0-9.-]+", "Patient/1")
        .replaceAll(
            "\"meta\":\\{(\"versionId\"|\"lastUpdated\"|\"source\")[^{}]*?(,\"profile\":[^\\]]*\\])?}",
            "\"meta\":{$2}")
        .replaceAll("\"meta\":\\{,?", "\"meta\":{")
        .replace("\"meta\":{},", "");
  }

  @Test
  void an_edit_a_deletion_a_refusal_and_a_disconnect_reach_a_server_of_r4() {
    try (World world = new World(FhirVersion.R4)) {
      world.settings().set("ON_DISCONNECT", "mark");
      Inspection inspection = new Inspection(world.database());
      try (RunningVitalroutes vitalroutes = world.start()) {
        world.withings().addUser(62, PARIS, "bea");
        assertThat(world.connect(vitalroutes, "bea", 62)).asString().contains("status=connected");
        Instant when = Instant.now().minusSeconds(7200);
        world.withings().addGroup(62, Inspection.weightGroup(6201, when, 70_001), true);
        world
            .withings()
            .addGroup(62, Inspection.weightGroup(6202, when.plusSeconds(60), 70_002), true);
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(world.fhir().valuesOf("bea", WEIGHT))
                        .containsExactly("70.001", "70.002"));

        world.withings().deleteGroup(62, 6201, false);
        world.withings().addGroup(62, Inspection.weightGroup(6201, when, 71_001), true);
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(world.fhir().valuesOf("bea", WEIGHT))
                        .containsExactly("70.002", "71.001"));
        world.withings().deleteGroup(62, 6202, true);
        await()
            .atMost(Duration.ofMinutes(6))
            .untilAsserted(
                () ->
                    assertThat(statuses(world, "bea"))
                        .containsExactlyInAnyOrder(
                            ObservationStatus.FINAL, ObservationStatus.ENTEREDINERROR));

        refused(world, vitalroutes, when);
        vitalroutes.post(
            "/api/connected-accounts/withings/oauth/disconnect/", world.tokens().of("bea"), "");
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(statuses(world, "bea"))
                        .hasSize(2)
                        .containsOnly(ObservationStatus.ENTEREDINERROR));
        assertThat(natives(world, "bea")).flatExtracting(FhirValidation::errors).isEmpty();
        assertThat(inspection.deadLetters()).hasSize(1);
      }
    }
  }

  /** A resource whose Device was deleted on the server is refused, alone. */
  private static void refused(World world, RunningVitalroutes vitalroutes, Instant when) {
    world.withings().addUser(63, PARIS, "cleo");
    assertThat(world.connect(vitalroutes, "cleo", 63)).asString().contains("status=connected");
    addOf(world, 6301, when, "9".repeat(40), true);
    await().atMost(SOON).until(() -> statuses(world, "cleo").size() == 1);
    var first = (org.hl7.fhir.r4.model.Observation) natives(world, "cleo").get(0);
    world.fhir().client().delete().resource(first).execute();
    world.fhir().client().delete().resourceById(first.getDevice().getReferenceElement()).execute();

    addOf(world, 6302, when.plusSeconds(60), "9".repeat(40), false);
    addOf(world, 6303, when.plusSeconds(120), "8".repeat(40), true);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              JsonNode letters =
                  World.json(
                      vitalroutes.get(
                          "/api/operations/dead-letters?reason=fhir-refused",
                          world.tokens().ofOperator("otto")));
              assertThat(letters.path("total").asInt()).isEqualTo(1);
              assertThat(letters.at("/items/0/detail").asText()).contains("HTTP 400", "HAPI-1094");
            });
    assertThat(world.fhir().valuesOf("cleo", WEIGHT)).hasSize(1);
  }

  private static void addOf(World world, long grpid, Instant when, String device, boolean tell) {
    ObjectNode group = Inspection.weightGroup(grpid, when, 70_000 + grpid % 100);
    world.withings().addGroup(63, group.put("hash_deviceid", device).put("deviceid", device), tell);
  }

  @Test
  void a_server_of_another_version_than_is_set_is_sent_nothing_until_it_is_upgraded() {
    int r4 = HapiFhirServer.shared(FhirVersion.R4).baseUrl().getPort();
    int r5 = HapiFhirServer.shared(FhirVersion.R5).baseUrl().getPort();
    try (World world = new World(FhirVersion.R5);
        FaultProxy proxy = new FaultProxy(r4)) {
      world
          .settings()
          .set("FHIR_VERSION", "R5")
          .set("FHIR_SERVER_URL", "http://localhost:" + proxy.port() + "/fhir");
      Inspection inspection = new Inspection(world.database());
      try (RunningVitalroutes vitalroutes = world.start()) {
        world.withings().addUser(64, PARIS, "dora");
        assertThat(world.connect(vitalroutes, "dora", 64)).asString().contains("status=connected");
        world.withings().addGroup(64, Inspection.weightGroup(6401, Instant.now(), 64_001), true);

        String words = "it speaks FHIR R4 (4.0.1), and FHIR_VERSION is R5";
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(breaker(world, vitalroutes)).isEqualTo(words));
        assertThat(health(vitalroutes)).isEqualTo("WRONG_VERSION");
        assertThat(
                RunningVitalroutes.send(
                        HttpRequest.newBuilder(
                                URI.create(
                                    vitalroutes.managementUrl() + "/actuator/health/destinations"))
                            .GET())
                    .statusCode())
            .isEqualTo(503);
        assertThat(ready(vitalroutes)).isEqualTo(200);
        assertThat(inspection.waitingRequests()).isPositive();
        assertThat(inspection.deadLetters()).isEmpty();
        assertThat(world.storeOf(FhirVersion.R4).patientsOf("dora")).isEmpty();

        proxy.retarget(r5);
        proxy.reset();

        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(world.fhir().valuesOf("dora", WEIGHT)).containsExactly("64.001"));
        assertThat(inspection.deadLetters()).isEmpty();
      }
    }
  }

  @Test
  void a_server_that_is_upgraded_under_a_running_service_is_sent_its_new_version() {
    int r4 = HapiFhirServer.shared(FhirVersion.R4).baseUrl().getPort();
    int r5 = HapiFhirServer.shared(FhirVersion.R5).baseUrl().getPort();
    try (World world = new World(FhirVersion.R5);
        FaultProxy proxy = new FaultProxy(r4)) {
      proxy.refuse();
      world.settings().set("FHIR_SERVER_URL", "http://localhost:" + proxy.port() + "/fhir");
      try (RunningVitalroutes vitalroutes = world.start()) {
        world.withings().addUser(65, PARIS, "ella");
        world.withings().addUser(66, PARIS, "fay");
        assertThat(world.connect(vitalroutes, "ella", 65)).asString().contains("status=connected");
        world.withings().addGroup(65, Inspection.weightGroup(6501, Instant.now(), 65_001), true);
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(breaker(world, vitalroutes)).startsWith("not reached"));

        proxy.heal();
        FhirStore before = world.storeOf(FhirVersion.R4);
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(before.valuesOf("ella", WEIGHT)).containsExactly("65.001"));

        proxy.refuse();
        assertThat(world.connect(vitalroutes, "fay", 66)).asString().contains("status=connected");
        world.withings().addGroup(66, Inspection.weightGroup(6601, Instant.now(), 66_001), true);
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(breaker(world, vitalroutes)).isNotEmpty());
        proxy.retarget(r5);
        proxy.heal();

        await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(
                () -> assertThat(world.fhir().valuesOf("fay", WEIGHT)).containsExactly("66.001"));
      }
    }
  }

  private static String breaker(World world, RunningVitalroutes vitalroutes) {
    return World.json(vitalroutes.get("/api/operations/summary", world.tokens().ofOperator("otto")))
        .at("/breakers/fhir/problem")
        .asText("");
  }

  private static String health(RunningVitalroutes vitalroutes) {
    return World.json(
            RunningVitalroutes.send(
                HttpRequest.newBuilder(URI.create(vitalroutes.managementUrl() + "/actuator/health"))
                    .GET()))
        .at("/components/fhir/status")
        .asText();
  }

  private static int ready(RunningVitalroutes vitalroutes) {
    return RunningVitalroutes.send(
            HttpRequest.newBuilder(
                    URI.create(vitalroutes.managementUrl() + "/actuator/health/readiness"))
                .GET())
        .statusCode();
  }

  private static List<ObservationStatus> statuses(World world, String subject) {
    return world.fhir().observationsOf(subject).stream().map(Observation::getStatus).toList();
  }

  private static List<IBaseResource> natives(World world, String subject) {
    return world
        .fhir()
        .search(
            "Observation?patient="
                + world.fhir().patientsOf(subject).get(0).getIdElement().getIdPart());
  }
}
