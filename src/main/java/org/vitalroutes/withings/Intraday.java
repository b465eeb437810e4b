package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * What was measured within a day, moment by moment, as {@code getintradayactivity} answers it.
 *
 * @param series values by field and time, in Withings' units
 * @param device the device that recorded all of it; unknown when there were several
 * @param relayed number of moments left out because Withings only relays them: they would count the
 *     same steps twice
 * @param oddities what was left out because it could not be read
 */
public record Intraday(
    SortedMap<String, SortedMap<Instant, BigDecimal>> series,
    RowDevice device,
    int relayed,
    List<Oddity> oddities) {

  /** The fields to request; Withings leaves many out unless they are requested. */
  public static final List<String> FIELDS =
      List.of(
          "steps",
          "elevation",
          "calories",
          "distance",
          "stroke",
          "pool_lap",
          "duration",
          "heart_rate",
          "spo2_auto",
          "rmssd",
          "sdnn1",
          "hrv_quality",
          "core_body_temperature",
          "rr",
          "chest_movement_rate");

  public Intraday {
    series = Collections.unmodifiableSortedMap(series);
    oddities = List.copyOf(oddities);
  }

  /** The calls for a day: each returns at most 24 hours, and a local day may have 25. */
  public static List<WithingsCall> calls(ActivityDay day) {
    return DaySlices.of(
        WithingsCall.of("/v2/measure", "getintradayactivity")
            .with("data_fields", String.join(",", FIELDS)),
        day.start(),
        day.next());
  }

  /**
   * Reads the {@code body} of each reply.
   *
   * @throws ProviderUnavailableException when one has no series
   */
  public static Intraday of(ActivityDay day, List<JsonNode> bodies) {
    SortedMap<String, SortedMap<Instant, BigDecimal>> series = new TreeMap<>();
    Set<RowDevice> devices = new HashSet<>();
    int relayed = 0;
    Reading reading = new Reading();
    for (JsonNode body : bodies) {
      JsonFields.given(body, "series");
      JsonFields all = new JsonFields(body, "body", reading).object("series");
      SortedMap<Instant, JsonFields> moments = all.objectsByInstant();
      for (int i = moments.size(); i < all.node().size(); i++) {
        reading.unreadable("series");
      }
      for (Map.Entry<Instant, JsonFields> moment : moments.entrySet()) {
        Instant at = moment.getKey();
        RowDevice device = RowDevice.of(moment.getValue(), true);
        if (device.isRelayed()) {
          relayed++;
        } else if (!at.isBefore(day.start()) && at.isBefore(day.next())) {
          devices.add(device);
          moment
              .getValue()
              .numbers(FIELDS)
              .forEach(
                  (field, n) -> series.computeIfAbsent(field, f -> new TreeMap<>()).put(at, n));
        }
      }
    }
    return new Intraday(
        series,
        devices.size() == 1 ? devices.iterator().next() : RowDevice.NONE,
        relayed,
        reading.oddities());
  }

  /** Whether no value is positive: a watch that is not worn records zeros. */
  public boolean isEmpty() {
    return series.values().stream()
        .flatMap(values -> values.values().stream())
        .noneMatch(value -> value.signum() > 0);
  }

  /** Only counts, because the values are health data. */
  @Override
  public String toString() {
    return "Intraday[" + series.size() + "]";
  }
}
