package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Summary of the whole deployment for operators.
 *
 * @param stages backlog by stage: {@code inbox} (notifications), {@code due}, {@code retrying},
 *     {@code in_flight} and {@code held} (sync requests), {@code dead_letters}
 * @param priorities sync requests by priority
 * @param accounts accounts by status, and those of the connected ones that are {@code waiting} for
 *     their Patient
 * @param budget budget of Withings calls; null without a limit
 * @param breakers circuit breakers by destination, {@code withings} and {@code fhir}
 * @param events outbox by sink, {@code webhook} and {@code kafka}, of those that are set
 */
public record Summary(
    Map<String, Stage> stages,
    Map<String, Stage> priorities,
    Map<String, Long> accounts,
    @Nullable Calls budget,
    Map<String, Breaker> breakers,
    Map<String, Events> events) {

  /**
   * Backlog of a stage.
   *
   * @param count number of rows
   * @param oldestAt when the oldest row began to wait
   * @param oldestSeconds age of the oldest row
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Stage(long count, @Nullable Instant oldestAt, @Nullable Long oldestSeconds) {}

  /**
   * The budget of Withings calls.
   *
   * @param callsPerMinute the budget
   * @param left calls that may be made now
   * @param pausedUntil end of a pause requested by Withings; null when there is none
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Calls(int callsPerMinute, int left, @Nullable Instant pausedUntil) {}

  /**
   * Outbox of a sink.
   *
   * @param waiting events that are still to be sent
   * @param oldestAt when the oldest of them was recorded
   * @param deadLetters events that were tried for three days in vain
   * @param goneAt since when nothing is sent, as the receiver answered 410; null while it is
   * @param lastAnswer the last answer, such as {@code HTTP 204}; null before the first
   * @param lastAnswerAt when it was given, to a few seconds
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Events(
      long waiting,
      @Nullable Instant oldestAt,
      long deadLetters,
      @Nullable Instant goneAt,
      @Nullable String lastAnswer,
      @Nullable Instant lastAnswerAt) {}

  /**
   * State of a destination's circuit breaker.
   *
   * @param state {@code closed}, {@code half_open} (a probe is due or in flight) or {@code open}
   * @param since when it opened
   * @param until time of the next probe
   * @param replicas number of replicas that report it
   * @param problem its last answer, or that it was unreachable
   */
  public record Breaker(
      String state,
      @Nullable Instant since,
      @Nullable Instant until,
      int replicas,
      @Nullable String problem) {}
}
