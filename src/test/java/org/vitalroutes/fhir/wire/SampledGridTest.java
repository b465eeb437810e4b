package org.vitalroutes.fhir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SampledGridTest {

  @Test
  void values_a_minute_apart_are_points_a_minute_apart() {
    assertThat(grids(Map.of(0L, "61", 60L, "62", 120L, "63")))
        .containsExactly(new SampledGrid(60, "61 62 63"));
  }

  @Test
  void a_minute_without_a_value_is_a_gap() {
    assertThat(grids(Map.of(60L, "62", 240L, "63")))
        .containsExactly(new SampledGrid(60, "E 62 E E 63"));
  }

  @Test
  void a_single_value_at_the_start_is_a_single_point() {
    assertThat(grids(Map.of(0L, "0"))).containsExactly(new SampledGrid(1, "0"));
  }

  @Test
  void a_single_value_later_is_the_second_of_two_points() {
    assertThat(grids(Map.of(32400L, "45.04"))).containsExactly(new SampledGrid(32400, "E 45.04"));
  }

  @Test
  void a_series_that_would_be_gaps_nearly_throughout_is_split() {
    assertThat(grids(Map.of(0L, "60", 1L, "61", 80_000L, "70", 80_001L, "71")))
        .containsExactly(
            new SampledGrid(1, "60 61"),
            new SampledGrid(80_000, "E 70"),
            new SampledGrid(80_001, "E 71"));
  }

  @Property
  void every_value_stays_at_its_moment(@ForAll("series") SortedMap<Long, String> series) {
    SortedMap<Long, String> read = new TreeMap<>();
    for (SampledGrid grid : grids(series)) {
      String[] points = grid.data().split(" ");
      for (int i = 0; i < points.length; i++) {
        if (!points[i].equals("E")) {
          assertThat(read.put(i * grid.step(), points[i])).isNull();
        }
      }
    }
    assertThat(read).isEqualTo(series);
  }

  @Property
  void no_grid_is_much_longer_than_its_values(@ForAll("series") SortedMap<Long, String> series) {
    for (SampledGrid grid : grids(series)) {
      String[] points = grid.data().split(" ");
      long values = List.of(points).stream().filter(point -> !point.equals("E")).count();
      assertThat((long) points.length)
          .isLessThanOrEqualTo(SampledGrid.MOST_POINTS_PER_VALUE * values + 1);
    }
  }

  /** Within a day, in seconds, more or less regular. */
  @Provide
  Arbitrary<SortedMap<Long, String>> series() {
    Arbitrary<Long> step = Arbitraries.of(1L, 7L, 60L, 600L);
    Arbitrary<List<Integer>> points =
        Arbitraries.integers().between(0, 86_399).list().ofMaxSize(60);
    return step.flatMap(
        each ->
            points.map(
                numbers -> {
                  SortedMap<Long, String> series = new TreeMap<>();
                  numbers.forEach(
                      number -> series.put(number / each * each, Integer.toString(number % 200)));
                  return series;
                }));
  }

  private static List<SampledGrid> grids(Map<Long, String> series) {
    SortedMap<Long, String> sorted = new TreeMap<>(series);
    List<String> values = new ArrayList<>(sorted.values());
    return SampledGrid.of(
        sorted.keySet().stream().mapToLong(Long::longValue).toArray(),
        values.toArray(String[]::new));
  }
}
