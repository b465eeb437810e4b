package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
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
public record Timeline(
    @JsonProperty("account") UUID account,
    @JsonProperty("notifications") List<Told> notifications,
    @JsonProperty("requests") List<Request> requests,
    @JsonProperty("dead_letters") List<DeadLetterView> deadLetters,
    @JsonProperty("deliveries") List<Delivery> deliveries) {

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
  public record Told(
      @JsonProperty("id") long id,
      @JsonProperty("received_at") Instant receivedAt,
      @JsonProperty("appli") @Nullable Integer appli,
      @JsonProperty("oddities") List<String> oddities,
      @JsonProperty("dispatched_at") @Nullable Instant dispatchedAt,
      @JsonProperty("correlation") @Nullable String correlation) {}

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
  public record Request(
      @JsonProperty("id") long id,
      @JsonProperty("kind") String kind,
      @JsonProperty("priority") String priority,
      @JsonProperty("from") @Nullable Instant from,
      @JsonProperty("to") @Nullable Instant to,
      @JsonProperty("changed_since") @Nullable Instant changedSince,
      @JsonProperty("requested_at") Instant requestedAt,
      @JsonProperty("not_before") Instant notBefore,
      @JsonProperty("in_flight") boolean inFlight,
      @JsonProperty("tries") int tries,
      @JsonProperty("problem") @Nullable String problem,
      @JsonProperty("correlation") String correlation) {}

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
  public record Delivery(
      @JsonProperty("delivered_at") Instant deliveredAt,
      @JsonProperty("kind") String kind,
      @JsonProperty("key") String key,
      @JsonProperty("type") String type,
      @JsonProperty("id") String id,
      @JsonProperty("in_error") boolean inError,
      @JsonProperty("correlation") @Nullable String correlation) {}
}
