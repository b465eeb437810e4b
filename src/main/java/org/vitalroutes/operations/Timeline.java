package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened for an account lately, newest first. Ids and codes, never values.
 *
 * @param account whose
 * @param notifications what Withings told
 * @param requests what waits or is in hand
 * @param deadLetters what waits, or waited, for a person
 * @param deliveries what the FHIR server was told last of each resource
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Timeline(
    UUID account,
    List<Told> notifications,
    List<Request> requests,
    List<DeadLetterView> deadLetters,
    List<Delivery> deliveries) {

  /**
   * A notification.
   *
   * @param id of its row
   * @param receivedAt when
   * @param appli Withings' category
   * @param oddities what was odd about it
   * @param dispatchedAt when it became sync requests
   * @param correlation what the log calls it, and what came of it
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Told(
      long id,
      Instant receivedAt,
      @Nullable Integer appli,
      List<String> oddities,
      @Nullable Instant dispatchedAt,
      @Nullable String correlation) {}

  /**
   * A sync request.
   *
   * @param id of its row
   * @param kind of data
   * @param priority where it came from
   * @param from first moment of its window; null for a poll
   * @param to last moment of its window; null for a poll
   * @param changedSince for a poll: what was changed after this moment
   * @param requestedAt since when it waits
   * @param notBefore when it is due
   * @param inFlight whether a worker has it in hand
   * @param tries how often it was taken up
   * @param problem why it was not served the last time
   * @param correlation the ids of the notifications that it serves, separated by commas, or its own
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
   * @param deliveredAt when it was last told
   * @param kind of data
   * @param key business key
   * @param type of resource
   * @param id its logical id
   * @param inError whether it was told as entered in error
   * @param correlation of the request that it was delivered for
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
