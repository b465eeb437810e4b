package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.vitalroutes.testsupport.MeasureReply.reply;
import static org.vitalroutes.testsupport.MeasureReply.tree;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.testsupport.MeasureReply;

class MeasurePageTest {
  private static final ZoneId UTC = ZoneId.of("UTC");

  @Test
  void page_is_read_as_withings_documents_it() {
    MeasurePage page =
        MeasurePage.of(
            tree(
                """
                {"updatetime": 1709368685, "timezone": "Europe/Oslo", "more": 1, "offset": 100,
                 "measuregrps": [{
                   "grpid": 5207274273, "attrib": 0, "date": 1706376730, "created": 1706376751,
                   "modified": 1706376752, "category": 1, "deviceid": "d1", "hash_deviceid": "h1",
                   "measures": [{"value": 80094, "type": 1, "unit": -3, "algo": 0, "fm": 131}],
                   "modelid": 5, "model": "Body+", "comment": "after breakfast"}]}
                """));
    assertThat(page.updatetime()).isEqualTo("2024-03-02T08:38:05Z");
    assertThat(page.zone()).isEqualTo(ZoneId.of("Europe/Oslo"));
    assertThat(page.more()).isTrue();
    assertThat(page.offset()).isEqualTo(100);
    assertThat(page.unreadable()).isEmpty();
    assertThat(page.groups())
        .containsExactly(
            new MeasureGroup(
                5207274273L,
                0,
                Instant.parse("2024-01-27T17:32:10Z"),
                Instant.parse("2024-01-27T17:32:31Z"),
                Instant.parse("2024-01-27T17:32:32Z"),
                1,
                new RowDevice("h1", 5, "Body+"),
                false,
                List.of(new Measure(1, new BigDecimal("80.094"), null))));
  }

  @Test
  void numbers_may_be_written_as_strings() {
    MeasurePage page =
        MeasurePage.of(
            tree(
                """
                {"updatetime": "1709368685", "more": "1", "offset": "100", "measuregrps": [{
                   "grpid": "5207274273", "attrib": "2", "date": "1706376730", "category": "1",
                   "modelid": "5",
                   "measures": [{"value": "80094", "type": "1", "unit": "-3", "position": "7"}]}]}
                """));
    MeasureGroup group = page.groups().get(0);
    assertThat(page.more()).isTrue();
    assertThat(page.offset()).isEqualTo(100);
    assertThat(group.grpid()).isEqualTo(5207274273L);
    assertThat(group.attribution()).contains(Attribution.MANUAL);
    assertThat(group.device().modelId()).isEqualTo(5);
    assertThat(group.measures()).containsExactly(new Measure(1, new BigDecimal("80.094"), 7));
  }

  @Test
  void model_number_may_be_called_as_the_documentation_calls_it() {
    MeasurePage page =
        reply().group(1, group -> group.without("modelid").with("model_id", 10)).page();
    assertThat(page.groups().get(0).device().modelId()).isEqualTo(10);
  }

  @Test
  void what_is_optional_may_be_null_or_missing() {
    String[] optional = {
      "attrib", "created", "modified", "category", "deviceid", "hash_deviceid", "modelid", "model"
    };
    MeasureReply reply =
        reply()
            .group(1, group -> group.measure(1, 70, 0).withNull(optional))
            .group(2, group -> group.measure(1, 70, 0).without(optional));
    reply.body().remove("updatetime");
    reply.body().remove("timezone");
    MeasurePage page = reply.page();
    assertThat(page.updatetime()).isNull();
    assertThat(page.zone()).isEqualTo(UTC);
    assertThat(page.more()).isFalse();
    assertThat(page.offset()).isNull();
    assertThat(page.groups())
        .allSatisfy(
            group -> {
              assertThat(group.attrib()).isEqualTo(MeasureGroup.NOT_GIVEN);
              assertThat(group.category()).isEqualTo(MeasureGroup.NOT_GIVEN);
              assertThat(group.created()).isNull();
              assertThat(group.modified()).isNull();
              assertThat(group.device()).isEqualTo(RowDevice.NONE);
              assertThat(group.changed()).isEqualTo(group.date());
              assertThat(group.measures()).hasSize(1);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"measuregrps\": []}",
        "{\"measuregrps\": {}}",
        "{\"measuregrps\": [], \"more\": 0, \"offset\": 0}",
        "{\"measuregrps\": [], \"more\": false, \"new\": {\"field\": [1]}}",
      })
  void an_empty_answer_is_a_page_without_groups(String body) {
    MeasurePage page = MeasurePage.of(tree(body));
    assertThat(page.groups()).isEmpty();
    assertThat(page.unreadable()).isEmpty();
    assertThat(page.more()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, true", "0, false", "true, true", "false, false", "'\"1\"', true", "null, false"})
  void more_is_a_number_or_a_boolean(String more, boolean expected) {
    assertThat(MeasurePage.of(tree("{\"measuregrps\": [], \"more\": " + more + "}")).more())
        .isEqualTo(expected);
  }

  @Test
  void groups_may_be_an_object_as_php_writes_lists() {
    MeasurePage page =
        MeasurePage.of(
            tree(
                """
                {"measuregrps": {"0": {"grpid": 1, "date": 1706376730, "measures": []},
                                 "2": {"grpid": 2, "date": 1706376730, "measures": {}}}}
                """));
    assertThat(page.groups()).extracting(MeasureGroup::grpid).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "1", "\"x\""})
  void what_is_no_page_is_not_taken_for_an_empty_one(String body) {
    assertThatExceptionOfType(JsonFieldException.class)
        .isThrownBy(() -> MeasurePage.of(tree(body)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"more\": false}",
        "{\"measuregrps\": null}",
        "{\"measuregrps\": \"none\"}",
        "{\"measuregrps\": 0}",
        "{\"measuregrps\": {\"grpid\": 7}}",
        "{\"updatetime\": 1709368685, \"timezone\": \"Europe/Oslo\"}"
      })
  void an_answer_without_its_list_says_nothing(String body) {
    assertThatExceptionOfType(ProviderUnavailableException.class)
        .isThrownBy(() -> MeasurePage.of(tree(body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void a_missing_zone_is_utc(String zone) {
    assertThat(reply().zone(zone).page().zone()).isEqualTo(UTC);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mars/Olympus", "12"})
  void an_unknown_zone_is_replaced_by_the_accounts_last_one_and_recorded(String zone) {
    MeasurePage page = MeasurePage.of(reply().zone(zone).body(), ZoneId.of("Asia/Tokyo"));

    assertThat(page.zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(page.seenZone()).isNull();
    assertThat(page.oddities()).containsExactly(new Oddity(Oddity.Kind.UNKNOWN_ZONE, "timezone"));
  }

  @Test
  void a_model_may_be_named_by_its_number_or_its_name_alone() {
    assertThat(device("\"model\": 10, \"deviceid\": \"d1\""))
        .isEqualTo(new RowDevice("d1", 10, null));
    assertThat(device("\"model\": \"70\"")).isEqualTo(new RowDevice(null, 70, null));
    assertThat(device("\"model\": \"Thermo\"")).isEqualTo(new RowDevice(null, 70, "Thermo"));
    assertThat(device("\"model\": \"Withings BeamO\", \"modelid\": -1"))
        .isEqualTo(new RowDevice(null, 71, "Withings BeamO"));
    assertThat(device("\"model\": \"Body+\", \"modelid\": 5, \"hash_deviceid\": \"h1\""))
        .isEqualTo(new RowDevice("h1", 5, "Body+"));
  }

  private static RowDevice device(String fields) {
    return MeasurePage.of(
            tree(
                "{\"measuregrps\": [{\"grpid\": 1, \"date\": 1706376730, \"measures\": [], "
                    + fields
                    + "}]}"))
        .groups()
        .get(0)
        .device();
  }

  @Test
  void what_withings_marks_as_deleted_is_taken_back() {
    MeasurePage page =
        MeasurePage.of(
            tree(
                """
                {"measuregrps": [
                  {"grpid": 1, "date": 1706376730, "measures": [], "is_deleted": true},
                  {"grpid": 2, "date": 1706376730, "deleted": 0, "measures": [
                    {"type": 1, "value": 70, "unit": 0},
                    {"type": 6, "value": 20, "unit": 0, "is_deleted": 1}]}]}
                """));

    assertThat(page.takenBack()).extracting(MeasureGroup::grpid).containsExactly(1L);
    assertThat(page.groups()).extracting(MeasureGroup::grpid).containsExactly(2L);
    assertThat(page.groups().get(0).measures()).extracting(Measure::type).containsExactly(1);
    assertThat(page.oddities()).containsExactly(new Oddity(Oddity.Kind.TAKEN_BACK, "measures"));
  }

  @Test
  void a_group_whose_measures_are_no_list_is_kept_and_recorded() {
    MeasurePage page =
        MeasurePage.of(
            tree("{\"measuregrps\": [{\"grpid\": 1, \"date\": 1706376730, \"measures\": 3}]}"));

    assertThat(page.groups()).extracting(MeasureGroup::grpid).containsExactly(1L);
    assertThat(page.unreadable()).isEmpty();
    assertThat(page.oddities()).containsExactly(new Oddity(Oddity.Kind.UNREADABLE, "measures"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"date": 1706376730}                         | body.measuregrps[1].grpid: missing
          {"grpid": null, "date": 1706376730}          | body.measuregrps[1].grpid: missing
          {"grpid": "abc", "date": 1706376730}         | body.measuregrps[1].grpid: of another type than expected
          {"grpid": 1.5, "date": 1706376730}           | body.measuregrps[1].grpid: out of range
          {"grpid": 1e30, "date": 1706376730}          | body.measuregrps[1].grpid: out of range
          {"grpid": 7}                                 | body.measuregrps[1].date: missing
          {"grpid": 7, "date": "yesterday"}            | body.measuregrps[1].date: of another type than expected
          3                                            | body.measuregrps[1]: of another type than expected
          null                                         | body.measuregrps[1]: of another type than expected
          """)
  void a_malformed_group_is_left_out_and_its_neighbours_survive(String group, String where) {
    MeasurePage page =
        MeasurePage.of(
            tree(
                "{\"measuregrps\": [{\"grpid\": 1, \"date\": 1706376730}, %s, {\"grpid\": 3, \"date\": 1706376730}]}"
                    .formatted(group)));
    assertThat(page.groups()).extracting(MeasureGroup::grpid).containsExactly(1L, 3L);
    assertThat(page.unreadable()).containsExactly(new Unreadable(where, null, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type": 1, "unit": 0}                           | 1 | value: missing
          {"type": 1, "value": null, "unit": 0}            | 1 | value: missing
          {"type": 1, "value": 70}                         | 1 | unit: missing
          {"type": 1, "value": "heavy", "unit": 0}         | 1 | value: of another type than expected
          {"type": 1, "value": true, "unit": 0}            | 1 | value: of another type than expected
          {"type": 1, "value": 70, "unit": 21}             | 1 | unit: out of range
          {"type": 1, "value": 70, "unit": -21}            | 1 | unit: out of range
          {"type": 1, "value": 70, "unit": 99999999999}    | 1 | unit: out of range
          {"type": 1, "value": 12345678901234567890, "unit": 0} | 1 | value: out of range
          {"type": 1, "value": 1e40, "unit": 0}            | 1 | value: out of range
          {"type": 1, "value": 70, "unit": 0, "position": "left"} | 1 | position: of another type than expected
          {"type": 1.5, "value": 70, "unit": 0}            |   | type: out of range
          {"value": 70, "unit": 0}                         |   | type: missing
          """)
  void a_malformed_measure_is_left_out_and_its_neighbours_survive(
      String measure, Integer type, String problem) {
    MeasurePage page =
        reply().group(1, g -> g.measure(6, 20, 0).rawMeasure(measure).measure(11, 60, 0)).page();
    assertThat(page.groups().get(0).measures()).extracting(Measure::type).containsExactly(6, 11);
    assertThat(page.unreadable())
        .containsExactly(new Unreadable("body.measuregrps[0].measures[1]." + problem, type, false));
  }

  @Test
  void a_measure_that_is_no_object_is_left_out() {
    MeasurePage page = reply().group(1, group -> group.rawMeasure("17")).page();
    assertThat(page.unreadable())
        .containsExactly(
            new Unreadable(
                "body.measuregrps[0].measures[0]: of another type than expected", null, false));
  }

  @Test
  void measures_of_a_group_that_is_left_out_are_not_counted_too() {
    MeasurePage page =
        MeasurePage.of(tree("{\"measuregrps\": [{\"measures\": [{\"type\": 1}], \"date\": 5}]}"));
    assertThat(page.unreadable())
        .containsExactly(new Unreadable("body.measuregrps[0].grpid: missing", null, true));
  }

  @Test
  void instants_that_are_absurd_are_absent_where_they_are_optional() {
    MeasureReply reply =
        reply().group(1, group -> group.with("modified", 0).with("created", 1706376730000L));
    reply.body().put("updatetime", -5);
    assertThat(reply.page().updatetime()).isNull();
    assertThat(reply.page().groups().get(0).modified()).isNull();
    assertThat(reply.page().groups().get(0).created()).isNull();
  }

  @Test
  void neither_messages_nor_records_tell_a_value() {
    MeasurePage page =
        reply()
            .group(1, group -> group.measure(1, 72350, -3))
            .group(2, group -> group.rawMeasure("{\"type\": 1, \"value\": \"72350 kg\"}"))
            .group(3, group -> group.with("date", "72350"))
            .page();
    assertThat(page.toString()).doesNotContain("72350").doesNotContain("72.35");
  }

  @Test
  void the_comment_is_not_kept() {
    MeasurePage page = reply().group(1, group -> group.with("comment", "secret")).page();
    assertThat(page.toString()).doesNotContain("secret");
  }
}
