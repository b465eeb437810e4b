package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One day of one source, as {@code getactivity} sums it up. Withings rewrites it all day.
 *
 * @param date the local day
 * @param zone where the day was spent; UTC when not given
 * @param external whether it came from another maker's device or app, by way of Withings
 * @param modified when Withings last changed it
 * @param values by field, in Withings' units
 */
public record ActivityDay(
    LocalDate date,
    ZoneId zone,
    boolean external,
    @Nullable Instant modified,
    RowDevice device,
    SortedMap<String, BigDecimal> values)
    implements DetailedRow {

  /** The fields to request; Withings leaves many out unless they are requested. */
  public static final List<String> FIELDS =
      List.of(
          "steps",
          "distance",
          "elevation",
          "soft",
          "moderate",
          "intense",
          "active",
          "calories",
          "totalcalories",
          "hr_average",
          "hr_min",
          "hr_max",
          "hr_zone_0",
          "hr_zone_1",
          "hr_zone_2",
          "hr_zone_3");

  /** The fields that a workout changes, and an ordinary step does not. */
  private static final List<String> EXERCISE =
      List.of("moderate", "intense", "active", "hr_zone_2", "hr_zone_3");

  static final int OTHER_MAKER = 18;

  public ActivityDay {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** Reads the {@code body} of a reply for an account whose zone is unknown. */
  public static RowPage<ActivityDay> page(JsonNode body) {
    return page(body, null);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @param known the account's last known zone; null when none is known
   */
  public static RowPage<ActivityDay> page(JsonNode body, @Nullable ZoneId known) {
    return RowPage.of(body, "activities", known, ActivityDay::of);
  }

  /** The exercise of the days in the {@code body} of a reply, to compare it with another's. */
  public static String exercise(JsonNode body) {
    return page(body).rows().stream()
        .map(
            day ->
                day.date
                    + ","
                    + day.device.hash()
                    + EXERCISE.stream()
                        .map(field -> "," + day.values.getOrDefault(field, BigDecimal.ZERO))
                        .collect(Collectors.joining()))
        .sorted()
        .collect(Collectors.joining(";"));
  }

  private static ActivityDay of(JsonFields row) {
    RowDevice device = RowDevice.of(row, true);
    boolean noTracker = !row.has("brand") && row.has("is_tracker") && !row.flag("is_tracker");
    return new ActivityDay(
        row.requiredDate("date"),
        row.zone("timezone"),
        isOfOtherMaker(row) || noTracker || device.isRelayed(),
        row.optionalInstant("modified"),
        device,
        row.numbers(FIELDS));
  }

  /** Whether the row names the brand that Withings gives to other makers' data. */
  static boolean isOfOtherMaker(JsonFields row) {
    Integer brand = row.optionalInt("brand");
    return brand != null && brand == OTHER_MAKER;
  }

  /** The first instant of the day. */
  public Instant start() {
    return date.atStartOfDay(zone).toInstant();
  }

  /** The first instant of the next day. */
  public Instant next() {
    return date.plusDays(1).atStartOfDay(zone).toInstant();
  }

  @Override
  public String rowId() {
    return date.toString();
  }

  /** Names the day only: the values are health data. */
  @Override
  public String toString() {
    return "ActivityDay[" + date + "]";
  }
}
