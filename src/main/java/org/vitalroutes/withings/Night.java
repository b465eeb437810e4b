package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.withings.JsonFieldException.Problem;

/**
 * One night, as {@code sleep getsummary} sums it up. It appears when the bed is first left, grows,
 * and is changed again hours later.
 *
 * @param id Withings' identity of it
 * @param created when Withings made it
 * @param modified when Withings last changed it
 * @param completed false while Withings still expects it to grow; true when it does not say
 * @param external whether it came from another maker's device or app, by way of Withings
 * @param events when the person went to bed, fell asleep, woke up and got up
 * @param values by field, in Withings' units
 */
public record Night(
    long id,
    ZoneId zone,
    Instant start,
    Instant end,
    @Nullable Instant created,
    @Nullable Instant modified,
    boolean completed,
    boolean external,
    RowDevice device,
    NightEvents events,
    SortedMap<String, BigDecimal> values)
    implements DetailedRow {

  /** Withings changes each night once more within a day; what changes it later is an edit. */
  private static final Duration GROWS = Duration.ofDays(1);

  /**
   * The numbers that are asked for; without being asked Withings answers durations and counts only.
   */
  public static final List<String> FIELDS =
      List.of(
          "total_timeinbed",
          "total_sleep_time",
          "asleepduration",
          "lightsleepduration",
          "remsleepduration",
          "deepsleepduration",
          "sleep_efficiency",
          "sleep_latency",
          "wakeup_latency",
          "wakeupduration",
          "waso",
          "wakeupcount",
          "nb_rem_episodes",
          "out_of_bed_count",
          "hr_average",
          "hr_min",
          "hr_max",
          "rr_average",
          "rr_min",
          "rr_max",
          "chest_movement_rate_average",
          "chest_movement_rate_min",
          "chest_movement_rate_max",
          "chest_movement_rate_wellness_average",
          "chest_movement_rate_wellness_min",
          "chest_movement_rate_wellness_max",
          "breathing_disturbances_intensity",
          "breathing_quality_assessment",
          "breathing_sounds",
          "breathing_sounds_episode_count",
          "snoring",
          "snoringepisodecount",
          "apnea_hypopnea_index",
          "withings_index",
          "sleep_score",
          "mvt_score_avg",
          "mvt_active_duration",
          "rmssd_start_avg",
          "rmssd_end_avg",
          "core_body_temperature_avg",
          "core_body_temperature_min",
          "core_body_temperature_max");

  /** All that is asked for. */
  static final List<String> ASKED =
      Stream.concat(FIELDS.stream(), Stream.of(NightEvents.FIELD)).toList();

  public Night {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** Reads the {@code body} of a reply to an account of which no zone is known. */
  public static RowPage<Night> page(JsonNode body) {
    return page(body, null);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @param known the account's last known zone; null when none is known
   */
  public static RowPage<Night> page(JsonNode body, @Nullable ZoneId known) {
    return RowPage.of(body, "series", known, Night::of);
  }

  private static Night of(JsonFields row) {
    Instant start = row.requiredInstant("startdate");
    Instant end = row.requiredInstant("enddate");
    if (end.isBefore(start)) {
      throw new JsonFieldException(row.path("enddate"), Problem.OUT_OF_RANGE);
    }
    Instant created = row.optionalInstant("created");
    Instant modified = row.optionalInstant("modified");
    RowDevice device = RowDevice.of(row, false);
    return new Night(
        row.requiredLong("id"),
        row.zone("timezone"),
        start,
        end,
        created,
        modified,
        !row.has("completed") || row.flag("completed"),
        ActivityDay.isOfOtherMaker(row) || device.isRelayed(),
        device,
        NightEvents.of(row.object("data"), start, end),
        row.object("data").numbers(FIELDS));
  }

  /** When it last changed at Withings, or else when it was created or ended. */
  public Instant changed() {
    return modified != null ? modified : created != null ? created : end;
  }

  /** Whether it was changed at Withings after it had been complete there. */
  public boolean isEdited() {
    return completed
        && created != null
        && modified != null
        && modified.isAfter(created.plus(GROWS));
  }

  @Override
  public String rowId() {
    return Long.toString(id);
  }

  /** Names the night only: the rest is health data. */
  @Override
  public String toString() {
    return "Night[" + id + "]";
  }
}
