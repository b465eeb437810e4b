package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.withings.JsonFieldException.Problem;

/**
 * One workout, as {@code getworkouts} returns it.
 *
 * @param id Withings' id
 * @param category Withings' number of the sport; null when not given
 * @param external whether it came from another maker's device or app, by way of Withings
 * @param attrib as of a {@link MeasureGroup}
 * @param values by field, in Withings' units
 */
public record Workout(
    long id,
    @Nullable Integer category,
    boolean external,
    int attrib,
    ZoneId zone,
    Instant start,
    Instant end,
    @Nullable Instant modified,
    RowDevice device,
    SortedMap<String, BigDecimal> values) {

  /** The fields to request; Withings leaves many out unless they are requested. */
  public static final List<String> FIELDS =
      List.of(
          "calories",
          "intensity",
          "manual_intensity",
          "manual_distance",
          "manual_calories",
          "hr_average",
          "hr_min",
          "hr_max",
          "hr_zone_0",
          "hr_zone_1",
          "hr_zone_2",
          "hr_zone_3",
          "pause_duration",
          "algo_pause_duration",
          "spo2_average",
          "core_body_temperature_avg",
          "core_body_temperature_min",
          "core_body_temperature_max",
          "steps",
          "distance",
          "elevation",
          "pool_laps",
          "strokes",
          "pool_length");

  public Workout {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** Reads the {@code body} of a reply for an account whose zone is unknown. */
  public static RowPage<Workout> page(JsonNode body) {
    return page(body, null);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @param known the account's last known zone; null when none is known
   */
  public static RowPage<Workout> page(JsonNode body, @Nullable ZoneId known) {
    return RowPage.of(body, "series", known, Workout::of);
  }

  private static Workout of(JsonFields row) {
    Instant start = row.requiredInstant("startdate");
    Instant end = row.requiredInstant("enddate");
    if (end.isBefore(start)) {
      throw new JsonFieldException(row.path("enddate"), Problem.OUT_OF_RANGE);
    }
    RowDevice device = RowDevice.of(row, true);
    return new Workout(
        row.requiredLong("id"),
        row.optionalInt("category"),
        ActivityDay.isOfOtherMaker(row) || device.isRelayed(),
        Objects.requireNonNullElse(row.optionalInt("attrib"), MeasureGroup.NOT_GIVEN),
        row.zone("timezone"),
        start,
        end,
        row.optionalInstant("modified"),
        device,
        row.object("data").numbers(FIELDS));
  }

  /** Empty when {@link #attrib} is one that is not known. */
  public Optional<Attribution> attribution() {
    return Attribution.of(attrib);
  }

  /** Names the workout only: the rest is health data. */
  @Override
  public String toString() {
    return "Workout[" + id + "]";
  }
}
