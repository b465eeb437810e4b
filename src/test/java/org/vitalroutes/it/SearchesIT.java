package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** Each request of docs/searching.md, against a real server of R4 and one of R5. */
class SearchesIT {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| `([^`]+)` \\|");

  @ParameterizedTest
  @EnumSource(
      value = FhirVersion.class,
      names = {"R4", "R5"})
  void every_request_of_the_page_finds_what_it_says(FhirVersion version) throws IOException {
    try (World world = new World(version)) {
      Instant before = Instant.now().minusSeconds(60);
      world.settings().set("HISTORY", "P20D");
      DemoData.year(world.withings().addUser(81, PARIS, "hal"), world.withings().clock());
      Inspection inspection = new Inspection(world.database());
      try (RunningVitalroutes vitalroutes = world.start()) {
        assertThat(world.connect(vitalroutes, "hal", 81)).asString().contains("status=connected");
        await().atMost(Duration.ofMinutes(3)).until(() -> inspection.waitingRequests() == 0);
      }
      LocalDate today = LocalDate.now(PARIS);
      String patient = world.fhir().patientsOf("hal").get(0).getIdElement().getIdPart();
      Map<String, List<Observation>> found = new LinkedHashMap<>();
      requests()
          .forEach(
              (what, request) ->
                  found.put(
                      what,
                      world
                          .fhir()
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

      assertThat(found).hasSize(10);
      found.forEach(
          (what, observations) -> {
            if (!what.startsWith("systolic pressures") && !what.equals("ECGs")) {
              assertThat(observations).as(what).isNotEmpty();
            }
          });
      assertThat(found.get("everything changed since a moment"))
          .hasSize(world.fhir().observationsOf("hal").size());
      Observation newest = found.get("the newest weight").get(0);
      assertThat(found.get("with the device that measured it"))
          .allSatisfy(
              each ->
                  assertThat(each.getEffectiveDateTimeType().getValue())
                      .isBeforeOrEqualTo(newest.getEffectiveDateTimeType().getValue()));
    }
  }

  private static Map<String, String> requests() throws IOException {
    Map<String, String> requests = new LinkedHashMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs/searching.md")));
    while (row.find()) {
      requests.put(row.group(1), row.group(2));
    }
    return requests;
  }
}
