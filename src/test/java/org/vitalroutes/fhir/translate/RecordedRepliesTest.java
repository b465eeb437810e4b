package org.vitalroutes.fhir.translate;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.withings.DeviceList;
import org.vitalroutes.withings.Envelope;
import org.vitalroutes.withings.MeasurePage;

/**
 * Real replies and notifications of Withings, from a folder outside the project. The beginning of a
 * file's name tells its kind; the result of each is written to {@code target/recorded-replies.md}.
 */
@EnabledIfEnvironmentVariable(named = RecordedRepliesTest.FOLDER, matches = ".+")
class RecordedRepliesTest {
  static final String FOLDER = "WITHINGS_RECORDED_REPLIES";

  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);

  private final List<String> table =
      new ArrayList<>(
          List.of(
              "| file | rows in | Observations out | Devices out | skipped |",
              "|---|---|---|---|---|"));

  @Test
  void every_recorded_reply_becomes_valid_resources() throws IOException {
    for (Path file : files("", ".json")) {
      String name = file.getFileName().toString();
      JsonNode reply = RowsOf.tree(Files.readString(file));
      switch (name.split("[_.]", 2)[0]) {
        case "measurement" -> measures(name, reply);
        case "activity" -> policies(name, body(reply), "activities", this::days);
        case "workouts" -> policies(name, body(reply), "series", this::workouts);
        case "sleep" -> sleep(name, body(reply));
        case "device", "new" -> devices(name, body(reply));
        default -> table.add("| " + name + " | not asked for, or no data of a person | | | |");
      }
    }
    Files.write(Path.of("target", "recorded-replies.md"), table);
    assertThat(table).hasSizeGreaterThan(2);
  }

  @Test
  void every_recorded_notification_is_understood() throws IOException {
    assertThat(files("notifications", ".form"))
        .isNotEmpty()
        .allSatisfy(
            file -> {
              Notification told = Notification.parse(Files.readAllBytes(file), Instant.now());
              assertThat(told.userId()).isNotNull();
              assertThat(told.appli()).isNotNull();
            });
  }

  @Test
  void every_recorded_refusal_of_a_token_is_one() throws IOException {
    assertThat(files("errors", ".json"))
        .isNotEmpty()
        .allSatisfy(
            file -> {
              JsonNode reply = RowsOf.tree(Files.readString(file));
              assertThatThrownBy(() -> Envelope.unwrap(reply))
                  .isInstanceOf(ProviderUnauthorizedException.class);
            });
  }

  private void measures(String name, JsonNode reply) {
    JsonNode body =
        reply.isArray()
            ? new ObjectMapper().createObjectNode().set("measuregrps", reply)
            : body(reply);
    MeasurePage page = MeasurePage.of(body);
    int measures = page.groups().stream().mapToInt(group -> group.measures().size()).sum();
    add(
        name,
        page.groups().size() + " groups, " + measures + " measures",
        new MeasureTranslator(MeasureTable.standard(), IDENTIFIERS)
            .translate(page, RowsOf.PATIENT, RowsOf.LATER, Map.of()));
  }

  private void policies(
      String name, JsonNode body, String rows, Function<JsonNode, List<Translation>> translate) {
    List<Translation> both = translate.apply(body);
    add(name, rows(body, rows), both.get(0));
    add(name + ", `FOREIGN_DATA=tag`", rows(body, rows), both.get(1));
  }

  private List<Translation> days(JsonNode body) {
    return Stream.of(ForeignData.values())
        .sorted()
        .map(policy -> RowsOf.activity(body, RowsOf.LATER, policy))
        .toList();
  }

  private List<Translation> workouts(JsonNode body) {
    return Stream.of(ForeignData.values())
        .sorted()
        .map(policy -> RowsOf.workouts(body, AmbiguousOwner.SKIP, policy))
        .toList();
  }

  private void sleep(String name, JsonNode body) {
    if (body.path("series").path(0).has("state")) {
      add(name + ", as one night", rows(body, "series"), RowsOf.stages(nightOver(body), body));
    } else {
      add(name, rows(body, "series"), RowsOf.sleep(body));
    }
  }

  /** A night as long as all the phases. */
  private static JsonNode nightOver(JsonNode phases) {
    ObjectNode body = new ObjectMapper().createObjectNode();
    ObjectNode night = body.putArray("series").addObject().put("id", 1);
    List<JsonNode> series = phases.path("series").findParents("startdate");
    night
        .put(
            "startdate",
            series.stream().mapToLong(each -> each.path("startdate").asLong()).min().orElseThrow())
        .put(
            "enddate",
            series.stream().mapToLong(each -> each.path("enddate").asLong()).max().orElseThrow());
    return body;
  }

  private void devices(String name, JsonNode body) {
    List<KnownDevice> listed = DeviceList.of(body);
    Devices devices = new Devices(IDENTIFIERS);
    listed.stream()
        .map(device -> devices.device(RowsOf.PATIENT, device))
        .forEach(FhirValidation::assertValid);
    long ids =
        listed.stream()
            .map(device -> devices.device(RowsOf.PATIENT, device))
            .map(Device::getId)
            .distinct()
            .count();
    table.add("| " + name + " | " + rows(body, "devices") + " | 0 | " + ids + " | |");
    assertThat(listed).hasSize(body.path("devices").size());
  }

  private void add(String name, String rows, Translation translation) {
    translation.produced().forEach(produced -> FhirValidation.assertValid(produced.resource()));
    assertThat(translation.isIncomplete()).as(name).isFalse();
    long devices =
        translation.produced().stream()
            .filter(produced -> produced.resource() instanceof Device)
            .count();
    table.add(
        "| %s | %s | %d | %d | %s |"
            .formatted(
                name,
                rows,
                translation.produced().size() - devices,
                devices,
                translation.skipped().stream()
                    .map(RecordedRepliesTest::describe)
                    .collect(joining(", "))));
  }

  private static String describe(Skipped skipped) {
    String reason = skipped.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String type = skipped.type() == null ? "" : " (type " + skipped.type() + ")";
    return skipped.count() + " " + reason + type;
  }

  private static String rows(JsonNode body, String list) {
    return Integer.toString(body.path(list).size());
  }

  private static JsonNode body(JsonNode reply) {
    return reply.path("body");
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    Path in = Path.of(System.getenv(FOLDER)).resolve(folder);
    if (!Files.isDirectory(in)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(in)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
