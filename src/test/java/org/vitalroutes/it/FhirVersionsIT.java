package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ResourceJson;
import org.vitalroutes.fhir.terminology.GuidePackage;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.simulator.DataKind;
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

/** The same data in real HAPI servers of R4, R4B and R5, and a server whose version changes. */
@Order(1)
@ExtendWith(OutputCaptureExtension.class)
class FhirVersionsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(15);
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final String WEIGHT = "29463-7";
  private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| `([^`]+)` \\|");

  /** Digits count: 70.10 is another value than 70.1. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  private static final String CURVE = "valueSampledData";

  private static final String HISTORY_PROPERTY = "vitalroutes.test.history";

  /** How much of a year is delivered. */
  private static final String HISTORY = System.getProperty(HISTORY_PROPERTY, "P8D");

  /** R4B, whose JSON is that of R4 ({@code WireFormatTest}), only when more is compared. */
  private static final List<FhirVersion> EARLIER =
      System.getProperty(HISTORY_PROPERTY) == null
          ? List.of(FhirVersion.R4)
          : List.of(FhirVersion.R4B, FhirVersion.R4);

  /** Of R4. */
  private static World world;

  private static RunningVitalroutes vitalroutes;
  private static Instant before;

  /** What each server has of the same user, by business key. */
  private static final Map<FhirVersion, SortedMap<String, IBaseResource>> found =
      new EnumMap<>(FhirVersion.class);

  @BeforeAll
  static void the_same_data_is_delivered_to_a_server_of_each_version() {
    before = Instant.now().minusSeconds(60);
    world = new World(FhirVersion.R4);
    world
        .settings()
        .set("HISTORY", HISTORY)
        .set("INTRADAY", "P7D")
        .set("ON_DISCONNECT", "mark")
        .set("FHIR_BMI", "true")
        .set("FHIR_PROVENANCE", "true");
    SimulatedUser ada = world.withings().addUser(61, PARIS, "ada");
    DemoData.year(ada, world.withings().clock());
    world
        .withings()
        .addGroup(61, Inspection.heightGroup(904, before.minusSeconds(600_000), 1810), false);
    recordEcg();
    for (FhirVersion version : FhirVersion.values()) {
      if (version == FhirVersion.R4 || !(version.isR5() || EARLIER.contains(version))) {
        continue;
      }
      FhirStore fhir = world.storeOf(version);
      world
          .settings()
          .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
          .set("FHIR_SERVER_URL", fhir.baseUrl());
      try (RunningVitalroutes other = world.start()) {
        found.put(version, delivered(other, fhir));
      }
    }
    world
        .settings()
        .set("SPRING_DATASOURCE_URL", world.database())
        .set("FHIR_SERVER_URL", world.fhir().baseUrl());
    vitalroutes = world.start();
    found.put(FhirVersion.R4, delivered(vitalroutes, world.fhir()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    world.close();
  }

  private static void recordEcg() {
    long moment = Instant.now().minusSeconds(86_400).getEpochSecond();
    ObjectNode recording = JsonNodeFactory.instance.objectNode();
    recording.put("timestamp", moment).put("modified", moment + 60).put("model", 93);
    recording.putObject("ecg").put("signalid", 901).put("afib", 0);
    ObjectNode signal = JsonNodeFactory.instance.objectNode();
    signal.put("signalid", 901).put("sampling_frequency", 300).put("wearposition", 0);
    for (int i = 0; i < 9_000; i++) {
      signal.withArray("signal").add(i % 300 < 6 ? 900 - 150 * (i % 300) : i % 29 - 14);
    }
    world.withings().putRow(61, DataKind.HEART_SIGNALS, signal, false);
    world.withings().putRow(61, DataKind.HEART, recording, false);
  }

  private static SortedMap<String, IBaseResource> delivered(
      RunningVitalroutes service, FhirStore fhir) {
    Inspection inspection =
        new Inspection(world.settings().variables().get("SPRING_DATASOURCE_URL"));
    assertThat(world.connect(service, "ada", 61)).asString().contains("status=connected");
    await().atMost(LONG).until(() -> inspection.waitingRequests() == 0);
    assertThat(inspection.deadLetters()).isEmpty();
    String patient = fhir.patientsOf("ada").get(0).getIdElement().getIdPart();
    SortedMap<String, IBaseResource> resources = new TreeMap<>();
    fhir.search("Observation?_count=200&_include=Observation:device&patient=" + patient)
        .forEach(each -> resources.put(key(each), each));
    return resources;
  }

  private static String key(IBaseResource resource) {
    Resource r5 = WireFormat.inR5(resource, Resource.class);
    return r5 instanceof Observation observation
        ? observation.getIdentifierFirstRep().getValue()
        : ((Device) r5).getIdentifierFirstRep().getValue();
  }

  static List<FhirVersion> earlier() {
    return EARLIER;
  }

  @ParameterizedTest
  @MethodSource("earlier")
  void the_same_data_is_the_same_in_an_earlier_version(FhirVersion version) {
    Map<String, IBaseResource> inR5 = found.get(FhirVersion.R5);
    Map<String, IBaseResource> earlier = found.get(version);

    assertThat(earlier).hasSizeGreaterThan(100).hasSameSizeAs(inR5);
    assertThat(earlier.keySet()).isEqualTo(inR5.keySet());
    inR5.forEach(
        (key, resource) -> {
          IBaseResource other = earlier.get(key);
          assertThat(comparable(other))
              .as(key)
              .isEqualTo(comparable(WireFormat.inVersion((Resource) resource, version)));
          if (resource instanceof Observation) {
            assertThat(withoutCurves(other)).as(key).isEqualTo(withoutCurves(resource));
          }
        });
  }

  @Test
  void all_of_it_is_valid_in_its_own_version() {
    assertThat(found.get(FhirVersion.R4).values()).flatExtracting(FhirValidation::errors).isEmpty();
    assertThat(found.get(FhirVersion.R5).values()).flatExtracting(FhirValidation::errors).isEmpty();
    assertThat(found.getOrDefault(FhirVersion.R4B, new TreeMap<>()).values())
        .flatExtracting(each -> FhirValidation.errorsInR4B(ResourceJson.of(each)))
        .isEmpty();
  }

  @Test
  void a_server_of_r4_has_a_valid_provenance_of_everything_and_body_mass_indexes() {
    String patient = world.fhir().patientsOf("ada").get(0).getIdElement().getIdPart();
    List<org.hl7.fhir.r4.model.Provenance> provenances =
        world
            .fhir()
            .search("Observation?_count=200&_revinclude=Provenance:target&patient=" + patient)
            .stream()
            .filter(org.hl7.fhir.r4.model.Provenance.class::isInstance)
            .map(org.hl7.fhir.r4.model.Provenance.class::cast)
            .toList();

    assertThat(provenances).isNotEmpty().flatExtracting(FhirValidation::errors).isEmpty();
    assertThat(
            provenances.stream()
                .flatMap(each -> each.getTarget().stream())
                .map(target -> target.getReference()))
        .containsAll(
            found.get(FhirVersion.R4).values().stream()
                .map(each -> each.getIdElement().toUnqualifiedVersionless().getValue())
                .toList());
    assertThat(found.get(FhirVersion.R4).keySet()).anyMatch(key -> key.startsWith("bmi-"));
  }

  @ParameterizedTest
  @EnumSource(names = {"R4", "R5"})
  void the_package_of_a_version_loads_into_its_server(FhirVersion version) throws Exception {
    FhirStore fhir = world.storeOf(version);
    NpmPackage read =
        NpmPackage.fromPackage(
            new ByteArrayInputStream(
                new GuidePackage(new Identifiers(Identifiers.DEFAULT_NAMESPACE), "1.2.3")
                    .of(version)));
    // The guide refers to the others.
    for (String type :
        List.of("CodeSystem", "ConceptMap", "StructureDefinition", "ImplementationGuide")) {
      for (String name : read.listResources(type)) {
        fhir.client()
            .update()
            .resource(version.context().newJsonParser().parseResource(read.loadResource(name)))
            .execute();
      }
    }

    assertThat(
            fhir.search(
                "StructureDefinition?url="
                    + Identifiers.DEFAULT_NAMESPACE
                    + "/StructureDefinition/night"))
        .isNotEmpty();
    HttpResponse<String> bone =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            fhir.baseUrl()
                                + "/CodeSystem/$lookup?code=88&system="
                                + Identifiers.DEFAULT_NAMESPACE
                                + "/CodeSystem/measure-type"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(bone.body()).contains("Bone Mass");
  }

  @Test
  void curves_and_series_have_the_same_values_at_the_same_moments() {
    Map<String, IBaseResource> inR5 = found.get(FhirVersion.R5);
    int curves = 0;
    for (Map.Entry<String, IBaseResource> each : found.get(FhirVersion.R4).entrySet()) {
      Map<String, SortedMap<BigDecimal, String>> drawn = points(tree(each.getValue()));
      assertThat(drawn).as(each.getKey()).isEqualTo(points(tree(inR5.get(each.getKey()))));
      curves += drawn.size();
      if (each.getKey().equals("ecg-61-901")) {
        assertThat(drawn.values()).singleElement().satisfies(ecg -> assertThat(ecg).hasSize(9_000));
      }
    }
    assertThat(curves).isGreaterThan(7);
    assertThat(inR5).containsKey("ecg-61-901");
  }

  /** What a client draws of an Observation: per code, values by milliseconds from its start. */
  private static Map<String, SortedMap<BigDecimal, String>> points(JsonNode observation) {
    Map<String, SortedMap<BigDecimal, String>> curves = new TreeMap<>();
    for (JsonNode part : observation.path("component")) {
      JsonNode curve = part.path(CURVE);
      if (curve.isMissingNode()) {
        continue;
      }
      SortedMap<BigDecimal, String> points =
          curves.computeIfAbsent(part.path("code").toString(), code -> new TreeMap<>());
      String[] values = curve.path("data").asText().split(" ");
      String[] offsets = curve.path("offsets").asText().split(" ");
      BigDecimal step =
          curve.has("period")
              ? curve.path("period").decimalValue()
              : curve.path("intervalUnit").asText().equals("s")
                  ? BigDecimal.valueOf(1000)
                  : BigDecimal.ONE;
      if (curve.has("interval")) {
        step = step.multiply(curve.path("interval").decimalValue());
      }
      for (int i = 0; i < values.length; i++) {
        BigDecimal place =
            curve.has("offsets") ? new BigDecimal(offsets[i]) : BigDecimal.valueOf(i);
        if (!values[i].equals("E")) {
          points.put(place.multiply(step).stripTrailingZeros(), values[i]);
        }
      }
    }
    return curves;
  }

  /** Without its curves, which only R5 has with offsets. */
  private static String withoutCurves(IBaseResource observation) {
    ObjectNode tree = comparable(observation);
    if (tree.has("component")) {
      tree.withArray("component").removeIf(part -> part.has(CURVE));
    }
    return tree.toString();
  }

  /** Without what each server gives, and with the same ids, which are of its Patient. */
  private static ObjectNode comparable(IBaseResource resource) {
    ObjectNode tree = (ObjectNode) tree(resource);
    if (tree.get("meta") instanceof ObjectNode meta) {
      meta.remove(List.of("versionId", "lastUpdated", "source"));
      if (meta.isEmpty()) {
        tree.remove("meta");
      }
    }
    String text =
        tree.toString()
            .replaceAll("wth-[0-9a-f]{40}", "wth")
            .replaceAll("Patient/[A-Za-z0-9.-]+", "Patient/1");
    return (ObjectNode) tree(text);
  }

  private static JsonNode tree(IBaseResource resource) {
    return tree(ResourceJson.of(resource));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = FhirVersion.class,
      names = {"R4", "R5"})
  void every_request_of_the_page_on_searching_finds_what_it_says(FhirVersion version)
      throws IOException {
    FhirStore fhir = world.storeOf(version);
    LocalDate today = LocalDate.now(PARIS);
    String patient = fhir.patientsOf("ada").get(0).getIdElement().getIdPart();
    Map<String, List<Observation>> answers = new LinkedHashMap<>();
    requests()
        .forEach(
            (what, request) ->
                answers.put(
                    what,
                    fhir
                        .search(
                            request
                                .replace("{patient}", patient)
                                .replace("{from}", today.minusDays(7).toString())
                                .replace("{to}", today.plusDays(1).toString())
                                .replace("{day}", today.minusDays(1).toString())
                                .replace("{moment}", before.toString()))
                        .stream()
                        .map(each -> WireFormat.inR5(each, Observation.class))
                        .filter(each -> each != null)
                        .toList()));

    assertThat(answers).hasSize(10);
    answers.forEach(
        (what, observations) -> {
          if (!what.startsWith("systolic pressures")) {
            assertThat(observations).as(what).isNotEmpty();
          }
        });
    assertThat(answers.get("everything changed since a moment"))
        .hasSize(fhir.observationsOf("ada").size());
    Observation newest = answers.get("the newest weight").get(0);
    assertThat(answers.get("with the device that measured it"))
        .allSatisfy(
            each ->
                assertThat(each.getEffectiveDateTimeType().getValue())
                    .isBeforeOrEqualTo(newest.getEffectiveDateTimeType().getValue()));
  }

  private static Map<String, String> requests() throws IOException {
    Map<String, String> requests = new LinkedHashMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs/searching.md")));
    while (row.find()) {
      requests.put(row.group(1), row.group(2));
    }
    return requests;
  }

  @Test
  void an_edit_a_deletion_a_refusal_and_a_disconnect_reach_a_server_of_r4() {
    Inspection inspection = new Inspection(world.database());
    world.withings().addUser(62, PARIS, "bea");
    assertThat(world.connect(vitalroutes, "bea", 62)).asString().contains("status=connected");
    Instant when = Instant.now().minusSeconds(7200);
    world.withings().addGroup(62, Inspection.weightGroup(6201, when, 70_001), true);
    world.withings().addGroup(62, Inspection.weightGroup(6202, when.plusSeconds(60), 70_002), true);
    awaitWeights("bea", "70.001", "70.002");

    world.withings().deleteGroup(62, 6201, false);
    world.withings().addGroup(62, Inspection.weightGroup(6201, when, 71_001), true);
    awaitWeights("bea", "70.002", "71.001");
    world.withings().deleteGroup(62, 6202, true);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(statuses("bea"))
                  .containsExactlyInAnyOrder(
                      ObservationStatus.FINAL, ObservationStatus.ENTEREDINERROR);
            });

    refused(when);
    vitalroutes.post(
        "/api/connected-accounts/withings/oauth/disconnect/", world.tokens().of("bea"), "");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(statuses("bea"))
                    .hasSize(2)
                    .containsOnly(ObservationStatus.ENTEREDINERROR));
    assertThat(natives("bea")).flatExtracting(FhirValidation::errors).isEmpty();
    assertThat(inspection.deadLetters()).hasSize(1);
  }

  private static void awaitWeights(String subject, String... values) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().valuesOf(subject, WEIGHT)).containsExactly(values));
  }

  /** A resource whose Device was deleted on the server is refused, alone. */
  private static void refused(Instant when) {
    world.withings().addUser(63, PARIS, "cleo");
    assertThat(world.connect(vitalroutes, "cleo", 63)).asString().contains("status=connected");
    addOf(6301, when, "9".repeat(40), true);
    await().atMost(SOON).until(() -> statuses("cleo").size() == 1);
    var first = (org.hl7.fhir.r4.model.Observation) natives("cleo").get(0);
    String written = "Observation/" + first.getIdElement().getIdPart();
    world
        .fhir()
        .search("Provenance?target=" + written)
        .forEach(each -> world.fhir().client().delete().resource(each).execute());
    world.fhir().client().delete().resource(first).execute();
    world.fhir().client().delete().resourceById(first.getDevice().getReferenceElement()).execute();

    addOf(6302, when.plusSeconds(60), "9".repeat(40), false);
    addOf(6303, when.plusSeconds(120), "8".repeat(40), true);

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
              assertThat(letters.at("/items/0/detail").asText()).contains("HTTP 400", "HAPI-");
            });
    assertThat(world.fhir().valuesOf("cleo", WEIGHT)).hasSize(1);
  }

  private static void addOf(long grpid, Instant when, String device, boolean tell) {
    ObjectNode group = Inspection.weightGroup(grpid, when, 70_000 + grpid % 100);
    world.withings().addGroup(63, group.put("hash_deviceid", device).put("deviceid", device), tell);
  }

  @Test
  void a_server_of_another_version_than_is_set_is_sent_nothing_until_it_is_upgraded(
      CapturedOutput log) {
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
        assertThat(log).contains("nothing is sent to the FHIR server: " + words);
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

  private static List<ObservationStatus> statuses(String subject) {
    return world.fhir().observationsOf(subject).stream().map(Observation::getStatus).toList();
  }

  private static List<IBaseResource> natives(String subject) {
    return world
        .fhir()
        .search(
            "Observation?patient="
                + world.fhir().patientsOf(subject).get(0).getIdElement().getIdPart());
  }
}
