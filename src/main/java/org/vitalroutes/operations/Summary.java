package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
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
    @JsonProperty("stages") Map<String, Stage> stages,
    @JsonProperty("priorities") Map<String, Stage> priorities,
    @JsonProperty("accounts") Map<String, Long> accounts,
    @JsonProperty("budget") @Nullable Calls budget,
    @JsonProperty("breakers") Map<String, Breaker> breakers) {

  /**
   * What waits in a stage.
   *
   * @param count how much
   * @param oldestAt since when the first of it waits
   * @param oldestSeconds how long that is
   */
  public record Stage(
      @JsonProperty("count") long count,
      @JsonProperty("oldest_at") @Nullable Instant oldestAt,
      @JsonProperty("oldest_seconds") @Nullable Long oldestSeconds) {}

  /**
   * The budget of calls of Withings.
   *
   * @param callsPerMinute the budget
   * @param left calls that may be made now
   * @param pausedUntil the end of the pause that Withings asked for; null when there is none
   */
  public record Calls(
      @JsonProperty("calls_per_minute") int callsPerMinute,
      @JsonProperty("left") int left,
      @JsonProperty("paused_until") @Nullable Instant pausedUntil) {}

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
      @JsonProperty("state") String state,
      @JsonProperty("since") @Nullable Instant since,
      @JsonProperty("until") @Nullable Instant until,
      @JsonProperty("replicas") int replicas,
      @JsonProperty("problem") @Nullable String problem) {}
}
