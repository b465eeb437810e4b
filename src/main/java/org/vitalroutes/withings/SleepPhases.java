package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * The sleep stages of a night, as {@code sleep get} returns them.
 *
 * @param phases in chronological order; consecutive phases differ
 * @param series values by field and time, in Withings' units
 * @param oddities what was left out because it could not be read
 */
public record SleepPhases(
    List<Phase> phases,
    SortedMap<String, SortedMap<Instant, BigDecimal>> series,
    List<Oddity> oddities) {

  /** The fields to request besides the phases. */
  public static final List<String> FIELDS =
      List.of(
          "hr",
          "rr",
          "snoring",
          "sdnn_1",
          "rmssd",
          "hrv_quality",
          "mvt_score",
          "chest_movement_rate",
          "withings_index",
          "breathing_sounds");

  /**
   * A period in one state.
   *
   * @param state Withings' number of the state
   */
  public record Phase(Instant start, Instant end, int state) {}

  public SleepPhases {
    phases = List.copyOf(phases);
    series = Collections.unmodifiableSortedMap(series);
    oddities = List.copyOf(oddities);
  }

  /** The calls for a night: each returns at most 24 hours. */
  public static List<WithingsCall> calls(Night night) {
    return DaySlices.of(
        WithingsCall.of("/v2/sleep", "get").with("data_fields", String.join(",", FIELDS)),
        night.start(),
        night.end());
  }

  /**
   * Reads the {@code body} of each reply. When two devices recorded the night, the phases of the
   * device that the night names are used.
   *
   * @throws ProviderUnavailableException when a reply has no list of phases
   */
  public static SleepPhases of(Night night, List<JsonNode> bodies) {
    Reading reading = new Reading();
    List<Row> rows = new ArrayList<>();
    for (JsonNode body : bodies) {
      for (JsonNode node : rows(body)) {
        try {
          rows.add(Row.of(new JsonFields(node, "series", reading)));
        } catch (JsonFieldException e) {
          reading.unreadable("series");
        }
      }
    }
    String device = night.device().hash();
    boolean known =
        rows.stream().anyMatch(row -> row.device() != null && row.device().equals(device));
    List<Row> own =
        rows.stream()
            .filter(row -> !known || row.device() == null || row.device().equals(device))
            .filter(row -> row.end().isAfter(night.start()) && row.start().isBefore(night.end()))
            .sorted(Comparator.comparing(Row::start).thenComparing(Row::end))
            .toList();
    return new SleepPhases(phases(own, night), series(own, night), reading.oddities());
  }

  /** Phases in order, cut to the night; consecutive phases in the same state are merged. */
  private static List<Phase> phases(List<Row> rows, Night night) {
    List<Phase> phases = new ArrayList<>();
    Instant until = night.start();
    for (Row row : rows) {
      Instant start = row.start().isBefore(until) ? until : row.start();
      Instant end = row.end().isAfter(night.end()) ? night.end() : row.end();
      if (!start.isBefore(end)) {
        continue;
      }
      Phase last = phases.isEmpty() ? null : phases.get(phases.size() - 1);
      if (last != null && last.state() == row.state() && last.end().equals(start)) {
        phases.set(phases.size() - 1, new Phase(last.start(), end, last.state()));
      } else {
        phases.add(new Phase(start, end, row.state()));
      }
      until = end;
    }
    return phases;
  }

  private static SortedMap<String, SortedMap<Instant, BigDecimal>> series(
      List<Row> rows, Night night) {
    SortedMap<String, SortedMap<Instant, BigDecimal>> series = new TreeMap<>();
    for (Row row : rows) {
      row.series()
          .forEach(
              (field, values) ->
                  values.forEach(
                      (at, value) -> {
                        if (!at.isBefore(night.start()) && !at.isAfter(night.end())) {
                          series.computeIfAbsent(field, f -> new TreeMap<>()).put(at, value);
                        }
                      }));
    }
    return series;
  }

  /**
   * The API description says an object where the live API sends a list; a single object is read as
   * a list of one.
   */
  private static Iterable<JsonNode> rows(JsonNode body) {
    JsonNode series = JsonFields.given(body, "series");
    return series.has("startdate") ? List.of(series) : series;
  }

  private record Row(
      Instant start,
      Instant end,
      int state,
      @Nullable String device,
      SortedMap<String, SortedMap<Instant, BigDecimal>> series) {

    static Row of(JsonFields row) {
      SortedMap<String, SortedMap<Instant, BigDecimal>> series = new TreeMap<>();
      for (String field : FIELDS) {
        series.put(field, row.numbersByInstant(field));
      }
      return new Row(
          row.requiredInstant("startdate"),
          row.requiredInstant("enddate"),
          row.requiredInt("state"),
          row.optionalText("hash_deviceid"),
          series);
    }
  }

  /** Only counts, because the stages are health data. */
  @Override
  public String toString() {
    return "SleepPhases[" + phases.size() + "]";
  }
}
