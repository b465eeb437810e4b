package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Recent events of an account, newest first. Ids and codes, never values.
 *
 * @param account the account
 * @param notifications notifications of Withings
 * @param requests sync requests waiting or in flight
 * @param deadLetters dead letters, settled ones included
 * @param deliveries last delivery of each resource
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Timeline(
    UUID account,
    List<Received> notifications,
    List<Request> requests,
    List<DeadLetterView> deadLetters,
    List<Delivery> deliveries) {

  /**
   * A notification.
   *
   * @param id row id
   * @param receivedAt when it arrived
   * @param appli Withings' category
   * @param oddities codes of its oddities
   * @param dispatchedAt when it became sync requests
   * @param correlation id of the notification and its consequences in the log
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Received(
      long id,
      Instant receivedAt,
      @Nullable Integer appli,
      List<String> oddities,
      @Nullable Instant dispatchedAt,
      @Nullable String correlation) {}

  /**
   * A sync request.
   *
   * @param id row id
   * @param kind data kind
   * @param priority order of service, which tells the origin
   * @param from first moment of its window; null for a poll
   * @param to last moment of its window; null for a poll
   * @param changedSince for a poll: data changed after this moment
   * @param requestedAt when it was queued
   * @param notBefore earliest start
   * @param inFlight whether a worker holds it
   * @param tries number of claims
   * @param problem why the last try failed
   * @param correlation ids of the notifications that it serves, separated by commas, or an id of
   *     its own
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Request(
      long id,
      String kind,
      String priority,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable Instant changedSince,
      Instant requestedAt,
      Instant notBefore,
      boolean inFlight,
      int tries,
      @Nullable String problem,
      String correlation) {}

  /**
   * A resource on the FHIR server.
   *
   * @param deliveredAt time of the last delivery
   * @param kind data kind
   * @param key business key
   * @param type resource type
   * @param id its logical id
   * @param inError whether it was delivered as entered in error
   * @param correlation correlation of the delivering request
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Delivery(
      Instant deliveredAt,
      String kind,
      String key,
      String type,
      String id,
      boolean inError,
      @Nullable String correlation) {}
}
