package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasureEndpointTest {
  private static final long USER = 4711;

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-20T08:00:00Z"));
  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), clock);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private String token = "";

  @BeforeEach
  void start() {
    simulator.start();
    simulator.addUser(USER);
    token = client.token(USER);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void no_data_is_an_empty_list() {
    JsonNode answer = client.getmeas(token);

    assertThat(answer)
        .isEqualTo(
            Json.parse(
                """
                {"status": 0, "body": {"updatetime": 1795161600, "timezone": "Europe/Paris",
                 "measuregrps": []}}
                """));
  }

  @Test
  void a_weigh_in_looks_like_that_of_a_body_plus() {
    simulator.weighIn(USER, new BigDecimal("72.35"), new BigDecimal("21.4"));

    JsonNode group = client.getmeas(token).at("/body/measuregrps/0");

    assertThat(group.path("grpid").asLong()).isGreaterThan(Integer.MAX_VALUE);
    assertThat(group.path("attrib").asInt()).isZero();
    assertThat(group.path("category").asInt()).isEqualTo(1);
    assertThat(group.path("date").asLong()).isEqualTo(clock.instant().getEpochSecond());
    assertThat(group.path("deviceid").asText()).matches("[0-9a-f]{40}");
    assertThat(group.path("modelid").asInt()).isEqualTo(5);
    assertThat(group.path("model").asText()).isEqualTo("Body+");
    assertThat(group.path("comment").isNull()).isTrue();
    assertThat(MeasureGroups.types(group)).containsExactly(1, 8, 76, 77, 88, 6, 5);
    assertThat(group.at("/measures/0/value").asLong()).isEqualTo(72_350);
    assertThat(group.at("/measures/0/unit").asInt()).isEqualTo(-3);
    assertThat(MeasureGroups.value(group, 6)).isEqualByComparingTo("21.4");
    assertThat(MeasureGroups.value(group, 8)).isEqualByComparingTo("15.48");
  }

  @Test
  void groups_come_newest_first() {
    for (int i = 0; i < 3; i++) {
      simulator.weighIn(USER);
      clock.advance(Duration.ofMinutes(1));
    }

    JsonNode groups = client.getmeas(token).at("/body/measuregrps");

    assertThat(groups.findValuesAsText("date"))
        .containsExactly("1795161720", "1795161660", "1795161600");
  }

  @Test
  void a_single_page_has_neither_more_nor_offset() {
    simulator.settings().measurePageSize(3);
    weighIns(3);

    JsonNode body = client.getmeas(token).path("body");

    assertThat(body.has("more")).isFalse();
    assertThat(body.has("offset")).isFalse();
  }

  @Test
  void pages_are_followed_by_the_servers_offset() {
    simulator.settings().measurePageSize(3);
    weighIns(7);

    List<String> ids = new ArrayList<>();
    String offset = "0";
    List<Integer> more = new ArrayList<>();
    do {
      JsonNode body = client.getmeas(token, "offset", offset).path("body");
      ids.addAll(body.path("measuregrps").findValuesAsText("grpid"));
      more.add(body.path("more").asInt());
      offset = body.path("offset").asText();
    } while (more.get(more.size() - 1) == 1);

    assertThat(more).containsExactly(1, 1, 0);
    assertThat(ids).hasSize(7).doesNotHaveDuplicates();
  }

  @Test
  void a_page_holds_a_hundred_groups_by_default() {
    weighIns(101);

    JsonNode body = client.getmeas(token).path("body");

    assertThat(body.path("measuregrps")).hasSize(100);
    assertThat(body.path("more").isInt()).isTrue();
    assertThat(body.path("more").asInt()).isEqualTo(1);
    assertThat(body.path("offset").asInt()).isEqualTo(100);
  }

  @Test
  void dates_are_included_at_both_ends() {
    group(1, 1_000, 1);
    group(2, 2_000, 1);
    group(3, 3_000, 1);

    assertThat(ids("startdate", "2000", "enddate", "3000")).containsExactly(3L, 2L);
    assertThat(ids("startdate", "2001", "enddate", "2999")).isEmpty();
    assertThat(ids("startdate", "2000")).containsExactly(3L, 2L);
    assertThat(ids("enddate", "2000")).containsExactly(2L, 1L);
  }

  @Test
  void lastupdate_asks_for_what_changed_after_it() {
    group(1, 1_000, 1);
    group(2, 2_000, 1);
    long before = clock.instant().getEpochSecond();
    clock.advance(Duration.ofSeconds(10));
    simulator.editGroup(USER, 1, Json.object().put("comment", "again"), false);

    assertThat(ids("lastupdate", Long.toString(before))).containsExactly(1L);
    assertThat(ids("lastupdate", Long.toString(before + 10))).isEmpty();
    assertThat(ids("lastupdate", "0")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "lastupdate, 5, startdate, 1",
    "lastupdate, 5, enddate, 9",
    "startdate, yesterday, enddate, 9",
    "offset, -1, category, 1",
    "offset, x, category, 1",
    "category, 3, offset, 0",
    "meastype, weight, offset, 0",
    "meastypes, '1,', offset, 0"
  })
  void contradicting_or_unreadable_parameters_are_refused(
      String name, String value, String otherName, String otherValue) {
    assertThat(client.getmeas(token, name, value, otherName, otherValue).path("status").asInt())
        .isEqualTo(503);
  }

  @Test
  void types_and_category_choose() {
    simulator.bloodPressure(USER, 128, 81, 64);
    clock.advance(Duration.ofMinutes(1));
    simulator.weighIn(USER);
    group(1, 500, 2);

    assertThat(client.getmeas(token, "meastype", "9").at("/body/measuregrps"))
        .hasSize(1)
        .allSatisfy(group -> assertThat(MeasureGroups.types(group)).containsExactly(9));
    assertThat(client.getmeas(token, "meastypes", "1,11", "category", "1").at("/body/measuregrps"))
        .hasSize(2);
    assertThat(ids("category", "2")).containsExactly(1L);
  }

  @Test
  void a_deleted_group_is_gone_and_an_edited_one_is_newer() {
    Recorded recorded = simulator.weighIn(USER, new BigDecimal("80"));
    clock.advance(Duration.ofMinutes(5));
    simulator.editGroup(
        USER, recorded.grpid(), Json.object().put("weight_kg", new BigDecimal("70.5")), false);

    JsonNode edited = client.getmeas(token).at("/body/measuregrps/0");
    assertThat(MeasureGroups.value(edited, 1)).isEqualByComparingTo("70.5");
    assertThat(edited.path("modified").asLong()).isEqualTo(clock.instant().getEpochSecond());
    assertThat(edited.path("created").asLong()).isLessThan(edited.path("modified").asLong());

    simulator.deleteGroup(USER, recorded.grpid(), false);
    assertThat(client.getmeas(token).at("/body/measuregrps")).isEmpty();
  }

  @Test
  void a_whole_answer_and_a_bare_list_can_be_loaded_as_they_are() {
    String groups =
        """
        [{"grpid": 5000000001, "attrib": 0, "date": 1700000000, "created": 1700000005,
          "modified": 1700000005, "category": 1, "deviceid": null, "hash_deviceid": null,
          "measures": [{"value": 7718, "type": 5, "unit": -2, "algo": 218235904, "fm": 3,
          "position": 7}], "modelid": 10, "model": "Body Scan", "comment": null}]
        """;
    String envelope = "{\"status\":0,\"body\":{\"updatetime\":1,\"measuregrps\":" + groups + "}}";

    assertThat(simulator.load(USER, DataKind.MEASURES, Json.parse(groups))).isEqualTo(1);
    assertThat(simulator.load(USER, DataKind.MEASURES, Json.parse(envelope))).isEqualTo(1);

    JsonNode found = client.getmeas(token).at("/body/measuregrps");
    assertThat(found).hasSize(2).containsOnly(Json.parse(groups).get(0));
  }

  @Test
  void each_user_sees_their_own() {
    simulator.addUser(4712);
    simulator.weighIn(4712);

    assertThat(ids()).isEmpty();
  }

  @Test
  void the_scope_is_needed() {
    token = client.token(USER, "user.activity");

    JsonNode answer = client.getmeas(token);

    assertThat(answer.path("status").asInt()).isEqualTo(403);
    assertThat(answer.path("error").asText()).isEqualTo("Insufficient_scope");
  }

  @Test
  void a_wrong_action_or_path_is_refused() {
    assertThat(client.call("/measure", token, "action", "getall").path("status").asInt())
        .isEqualTo(2554);
    assertThat(client.call("/nowhere", token, "action", "getmeas").path("status").asInt())
        .isEqualTo(2554);
    assertThat(client.call("/measure", token).path("status").asInt()).isEqualTo(2554);
  }

  @Test
  void parameters_in_the_url_work_too() {
    simulator.weighIn(USER);

    assertThat(client.call("/measure?action=getmeas", token).at("/body/measuregrps")).hasSize(1);
  }

  private void weighIns(int count) {
    for (int i = 0; i < count; i++) {
      simulator.weighIn(USER);
    }
  }

  private void group(long grpid, long date, int category) {
    ObjectNode group =
        Json.object().put("grpid", grpid).put("date", date).put("category", category);
    MeasureGroups.add(group, 1, 70_000, -3);
    simulator.addGroup(USER, group, false);
  }

  private List<Long> ids(String... namesAndValues) {
    JsonNode groups = client.getmeas(token, namesAndValues).at("/body/measuregrps");
    return groups.findValues("grpid").stream().map(JsonNode::asLong).toList();
  }
}
