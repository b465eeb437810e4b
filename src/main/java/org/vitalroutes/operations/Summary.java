package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How things stand, over all replicas.
 *
 * @param stages what waits where, by stage: {@code inbox} (notifications), {@code due}, {@code
 *     retrying}, {@code in_flight} and {@code held} (sync requests), {@code dead_letters}
 * @param priorities sync requests by where they come from
 * @param accounts accounts by status
 * @param budget calls of Withings; null when nothing limits them
 * @param breakers each destination, {@code withings} and {@code fhir}
 */
public record Summary(
    Map<String, Stage> stages,
    Map<String, Stage> priorities,
    Map<String, Long> accounts,
    @Nullable Calls budget,
    Map<String, Breaker> breakers) {

  /**
   * What waits in a stage.
   *
   * @param count how much
   * @param oldestAt since when the first of it waits
   * @param oldestSeconds how long that is
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Stage(long count, @Nullable Instant oldestAt, @Nullable Long oldestSeconds) {}

  /**
   * The budget of calls of Withings.
   *
   * @param callsPerMinute the budget
   * @param left calls that may be made now
   * @param pausedUntil the end of the pause that Withings asked for; null when there is none
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Calls(int callsPerMinute, int left, @Nullable Instant pausedUntil) {}

  /**
   * Whether a destination is down.
   *
   * @param state {@code closed}, {@code half_open} (it is being tried) or {@code open}
   * @param since when it went down
   * @param until when it is tried next
   * @param replicas how many replicas say so
   * @param problem what it answered, or that it was not reached
   */
  public record Breaker(
      String state,
      @Nullable Instant since,
      @Nullable Instant until,
      int replicas,
      @Nullable String problem) {}
}
