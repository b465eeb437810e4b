package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoDataTest {
  private static final Instant NOW = Instant.parse("2026-11-20T11:00:00Z");

  private final SimulatedUser user = filled(NOW);

  @Test
  void a_year_has_about_330_weigh_ins_of_a_body_plus() {
    List<ObjectNode> weighIns =
        groups().stream().filter(g -> has(g, 1) && attrib(g) == 0 && category(g) == 1).toList();

    assertThat(weighIns).hasSizeBetween(310, 350);
    assertThat(weighIns)
        .allSatisfy(g -> assertThat(g.path("model").asText()).isEqualTo("Body+"))
        .allSatisfy(g -> assertThat(MeasureGroups.value(g, 1).doubleValue()).isBetween(70., 90.));
    assertThat(weighIns)
        .filteredOn(g -> MeasureGroups.types(g).size() >= 7)
        .hasSizeGreaterThan(300);
    assertThat(weighIns).filteredOn(g -> has(g, 11)).hasSizeBetween(60, 130);
  }

  @Test
  void there_is_something_of_every_kind() {
    assertThat(groups())
        .filteredOn(g -> has(g, 9) && has(g, 10) && has(g, 11))
        .hasSizeGreaterThan(100);
    assertThat(groups()).filteredOn(g -> has(g, 71) && has(g, 73)).hasSizeGreaterThan(20);
    assertThat(groups()).filteredOn(g -> has(g, 54)).hasSizeGreaterThan(60);
    assertThat(groups()).filteredOn(g -> has(g, 4) && attrib(g) == 4).hasSize(1);
    assertThat(groups()).filteredOn(g -> attrib(g) == 2 && category(g) == 1).hasSizeBetween(4, 8);
    assertThat(groups()).filteredOn(g -> attrib(g) == 1).hasSize(1);
    assertThat(groups()).filteredOn(g -> category(g) == 2).hasSizeBetween(2, 4);
    assertThat(user.rows(DataKind.ACTIVITY)).hasSize(365);
    assertThat(user.rows(DataKind.WORKOUTS)).hasSizeBetween(90, 170);
    assertThat(user.rows(DataKind.SLEEP_SUMMARY)).hasSizeBetween(330, 365);
    assertThat(user.rows(DataKind.SLEEP)).isNotEmpty();
    assertThat(user.rows(DataKind.HEART)).hasSizeBetween(5, 7);
    assertThat(user.rows(DataKind.HEART_SIGNALS)).hasSameSizeAs(user.rows(DataKind.HEART));
    assertThat(user.rows(DataKind.DEVICES)).hasSize(5);
  }

  @Test
  void nothing_lies_in_the_future_or_before_the_year() {
    long now = NOW.getEpochSecond();
    assertThat(groups())
        .allSatisfy(
            g ->
                assertThat(g.path("date").asLong())
                    .isBetween(now - Duration.ofDays(366).toSeconds(), now));
    assertThat(user.rows(DataKind.SLEEP_SUMMARY))
        .allSatisfy(night -> assertThat(night.path("enddate").asLong()).isLessThanOrEqualTo(now));
    assertThat(user.rows(DataKind.WORKOUTS))
        .allSatisfy(w -> assertThat(w.path("enddate").asLong()).isLessThanOrEqualTo(now));
  }

  @Test
  void the_same_year_is_made_twice_alike() {
    SimulatedUser again = filled(NOW);

    for (DataKind kind : DataKind.values()) {
      assertThat(again.rows(kind)).isEqualTo(user.rows(kind));
    }
  }

  @Test
  void a_year_made_a_week_later_agrees_where_they_overlap() {
    List<ObjectNode> later = filled(NOW.plus(Duration.ofDays(7))).rows(DataKind.MEASURES);
    long from = NOW.minus(Duration.ofDays(350)).getEpochSecond();

    assertThat(later)
        .containsAll(groups().stream().filter(g -> g.path("date").asLong() > from).toList());
  }

  @Test
  void ids_are_unique_and_larger_than_32_bits() {
    Set<Long> seen = new HashSet<>();
    for (DataKind kind : List.of(DataKind.MEASURES, DataKind.WORKOUTS, DataKind.SLEEP_SUMMARY)) {
      for (ObjectNode row : user.rows(kind)) {
        JsonNode id = row.has("grpid") ? row.path("grpid") : row.path("id");
        assertThat(id.asLong()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(seen.add(id.asLong())).isTrue();
      }
    }
  }

  @Test
  void other_people_have_other_years() {
    SimulatedUser other = new SimulatedUser(4712, ZoneId.of("Europe/Paris"), "Dominique");
    DemoData.year(other, Clock.fixed(NOW, ZoneOffset.UTC));

    assertThat(other.rows(DataKind.MEASURES)).doesNotContainAnyElementsOf(groups());
  }

  private static SimulatedUser filled(Instant now) {
    SimulatedUser user = new SimulatedUser(4711, ZoneId.of("Europe/Paris"), "Camille");
    DemoData.year(user, Clock.fixed(now, ZoneOffset.UTC));
    return user;
  }

  private List<ObjectNode> groups() {
    return user.rows(DataKind.MEASURES);
  }

  private static boolean has(JsonNode group, int type) {
    return MeasureGroups.types(group).contains(type);
  }

  private static int attrib(JsonNode group) {
    return group.path("attrib").asInt();
  }

  private static int category(JsonNode group) {
    return group.path("category").asInt();
  }
}
