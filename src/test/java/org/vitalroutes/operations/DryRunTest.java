package org.vitalroutes.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.fhir.translate.AmbiguousOwner;
import org.vitalroutes.fhir.translate.ForeignData;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.MeasureReply;

class DryRunTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FIXTURES = Path.of("src/test/resources/org/vitalroutes/fhir");
  private static final Path TABLES = Path.of("src/main/resources/mapping");
  private static final String WEIGHT = "29463-7";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "measures, getmeas-body-scan, SKIP",
    "measures, getmeas-blood-pressure, SKIP",
    "measures, getmeas-manual-entries, SKIP",
    "measures, getmeas-temperatures, SKIP",
    "measures, getmeas-watch, SKIP",
    "measures, getmeas-odd-shapes, SKIP",
    "activity, getactivity-days, SKIP",
    "workouts, getworkouts, TAG",
    "sleep, sleep-getsummary, SKIP",
    "ecg, heart-list, SKIP",
  })
  void every_recorded_reply_becomes_what_its_golden_file_holds(
      String kind, String name, ForeignData policy) throws IOException {
    Mapping mapping = mapping(MappingTables.standard(), AmbiguousOwner.SKIP, policy);

    JsonNode translated = run(mapping, request(kind, fixture(name)));

    assertThat(contents(translated.path("bundle")))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(contents(fixture(name + ".bundle")));
    for (JsonNode entry : translated.at("/bundle/entry")) {
      assertThat(FhirValidation.errors(entry.path("resource").toString())).isEmpty();
    }
    JsonNode inR4 = run(mapping, request(kind, fixture(name)).put("fhir_version", "R4"));
    assertThat(inR4.path("skipped")).isEqualTo(translated.path("skipped"));
    assertThat(inR4.at("/bundle/entry")).hasSameSizeAs(translated.at("/bundle/entry"));
    for (JsonNode entry : inR4.at("/bundle/entry")) {
      assertThat(FhirValidation.errorsInR4(entry.path("resource").toString())).isEmpty();
    }
  }

  @Test
  void an_envelope_and_a_list_alone_are_taken_too() throws IOException {
    JsonNode body = MeasureReply.reply().group(1, group -> group.measure(1, 70, 0)).body();
    String bare = run(request("measures", body)).toString();

    assertThat(run(request("measures", JSON.createObjectNode().put("status", 0).set("body", body))))
        .hasToString(bare);
    assertThat(run(request("measures", body.path("measuregrps"))).toString()).contains(WEIGHT);
    assertThat(bare).contains(WEIGHT);
  }

  @Test
  void a_curve_stages_and_the_minutes_of_a_day_are_details_of_their_rows() throws IOException {
    ObjectNode ecg = request("ecg", fixture("heart-list"));
    ecg.putObject("details")
        .putObject("445566")
        .put("status", 0)
        .putObject("body")
        .put("sampling_frequency", 300)
        .putArray("signal")
        .add(12)
        .add(-20);
    ObjectNode sleep = request("sleep", fixture("sleep-getsummary"));
    long night = sleep.at("/reply/series/0/id").asLong();
    sleep.putObject("details").set(Long.toString(night), fixture("sleep-get"));
    ObjectNode activity = request("activity", fixture("getactivity-days"));
    String day = activity.at("/reply/activities/0/date").asText();
    activity.putObject("details").putArray(day).add(fixture("getintradayactivity"));

    assertThat(run(ecg).toString()).contains("\"data\":\"12 -20\"");
    assertThat(contents(run(sleep).path("bundle")))
        .hasSize(contents(run(sleep.without("details")).path("bundle")).size() + 1);
    assertThat(contents(run(activity).path("bundle")))
        .hasSizeGreaterThan(contents(run(activity.without("details")).path("bundle")).size());
  }

  @Test
  void what_is_left_out_is_listed_with_its_reason_and_place() throws IOException {
    JsonNode body =
        MeasureReply.reply()
            .group(1, group -> group.measure(1, 70, 0).measure(9999, 1, 0))
            .group(2, group -> group.measure(1, 71, 0).with("category", 2))
            .body();

    assertThat(run(request("measures", body)).path("skipped"))
        .hasToString(
            "[{\"reason\":\"objective\",\"path\":null,\"count\":1},"
                + "{\"reason\":\"unknown-type\",\"path\":\"measures[type=9999]\",\"count\":1}]");
  }

  @Test
  void what_would_wait_for_an_operator_is_not_in_the_bundle() throws IOException {
    Mapping holding = mapping(MappingTables.standard(), AmbiguousOwner.HOLD, ForeignData.SKIP);
    JsonNode body =
        MeasureReply.reply().group(1, group -> group.measure(1, 70, 0).with("attrib", 1)).body();

    JsonNode translated = run(holding, request("measures", body));

    assertThat(translated.path("bundle").toString()).doesNotContain(WEIGHT);
    assertThat(translated.path("skipped"))
        .hasToString("[{\"reason\":\"held\",\"path\":null,\"count\":1}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          none                                                          | invalid_json
          81.5                                                          | invalid_json
          {"kind": "measures"}                                          | invalid_reply
          {"reply": {"measuregrps": []}}                                | invalid_kind
          {"kind": "goals", "reply": {}}                                | invalid_kind
          {"kind": "measures", "reply": "81.5"}                         | invalid_reply
          {"kind": "measures", "reply": {}}                             | invalid_reply
          {"kind": "measures", "reply": {"measuregrps": 81.5}}          | invalid_reply
          {"kind": "measures", "reply": {"body": [81.5]}}               | invalid_reply
          {"kind": "measures", "reply": {"status": 0}}                  | invalid_reply
          {"kind": "measures", "reply": {"status": "81.5"}}             | invalid_reply
          {"kind": "measures", "reply": {"status": 401}}                | invalid_reply
          {"kind": "measures", "reply": {"status": 601}}                | invalid_reply
          {"kind": "measures", "reply": {"status": 293}}                | invalid_reply
          {"kind": "measures", "reply": {"status": 2555}}               | invalid_reply
          {"kind": "ecg", "reply": {"measuregrps": []}}                 | invalid_reply
          {"kind": "ecg", "reply": {"series": []}, "details": [81.5]}   | invalid_details
          {"kind": "ecg", "reply": {"series": []}, "details": {"7": 1}} | invalid_reply
          {"kind": "ecg", "reply": {"series": []}, "fhir_version": "R3"}| invalid_fhir_version
          {"kind": "ecg", "reply": {"series": []}, "version": "R4"}     | unknown_field
          """)
  void garbage_is_refused_with_a_reason_that_quotes_none_of_it(String body, String code) {
    assertThatThrownBy(
            () ->
                DryRun.of(body, "auto")
                    .run(
                        mapping(MappingTables.standard(), AmbiguousOwner.SKIP, ForeignData.SKIP),
                        now("")))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.httpStatus()).isEqualTo(400);
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.getMessage()).isNotBlank().doesNotContain("81.5");
            });
  }

  @Test
  void an_edited_table_counts_from_then_on_and_a_wrong_one_is_named_with_line_and_field()
      throws IOException {
    Path table = folder.resolve("measures.yaml");
    Files.copy(TABLES.resolve("measures.yaml"), table);
    String text = Files.readString(table);
    Mapping mapping = mapping(MappingTables.of(folder), AmbiguousOwner.SKIP, ForeignData.SKIP);
    ObjectNode weighing =
        request("measures", MeasureReply.reply().group(1, group -> group.measure(1, 70, 0)).body());
    String before = run(mapping, weighing).toString();
    Translators real = mapping.translators();

    Files.writeString(table, text.replace(WEIGHT, "29463-8"));
    assertThat(mapping.reload(folder)).isFalse();
    assertThat(mapping.problem())
        .containsPattern("measures.yaml:\\d+: type 1: codings.0: .*29463-8");
    assertThat(mapping.translators()).as("real work goes on").isSameAs(real);
    assertThatThrownBy(() -> run(mapping, weighing))
        .hasMessageContaining("29463-8")
        .extracting(refused -> ((ApiException) refused).code())
        .isEqualTo("invalid_table");

    Files.writeString(table, text.replace("text: Body weight", "text: Weight of a body"));
    assertThat(mapping.reload(folder)).isTrue();
    assertThat(run(mapping, weighing).toString()).isNotEqualTo(before).contains("Weight of a body");
  }

  private static Mapping mapping(MappingTables tables, AmbiguousOwner owner, ForeignData foreign) {
    return new Mapping(
        tables,
        new Translators.Options(
            Identifiers.DEFAULT_NAMESPACE,
            owner,
            foreign,
            true,
            true,
            Period.ZERO,
            Period.ZERO,
            false));
  }

  private static ObjectNode request(String kind, JsonNode reply) {
    return JSON.createObjectNode().put("kind", kind).set("reply", reply);
  }

  private static JsonNode run(ObjectNode request) throws JsonProcessingException {
    return run(mapping(MappingTables.standard(), AmbiguousOwner.SKIP, ForeignData.SKIP), request);
  }

  private static JsonNode run(Mapping mapping, ObjectNode request) throws JsonProcessingException {
    return JSON.readTree(
        JSON.writeValueAsString(
            DryRun.of(request.toString(), "auto").run(mapping, now(request.toString()))));
  }

  /** A day of the recorded activity is not over then. */
  private static Instant now(String request) {
    return Instant.parse(
        request.contains("activities") ? "2024-04-01T10:00:00Z" : "2026-01-01T00:00:00Z");
  }

  private static JsonNode fixture(String name) throws IOException {
    return JSON.readTree(FIXTURES.resolve(name + ".json").toFile());
  }

  /** What each resource says, but not of whom, nor of which day. */
  private static List<Map.Entry<String, String>> contents(JsonNode bundle) {
    List<Map.Entry<String, String>> contents = new ArrayList<>();
    for (JsonNode entry : bundle.path("entry")) {
      JsonNode resource = entry.path("resource");
      contents.add(
          Map.entry(
              resource.path("resourceType").asText() + resource.path("code"),
              resource.path("valueQuantity")
                  + resource.path("component").findPath("valueQuantity").toString()));
    }
    return contents;
  }
}
