package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as operators see it: ids, codes and counts only.
 *
 * @param id row id
 * @param account the account
 * @param kind data kind; null of an event
 * @param priority where the request came from; null of an event
 * @param from first moment of its window; null for a poll
 * @param to last moment of its window; null for a poll
 * @param changedSince for a poll: data changed after this moment
 * @param reason stable code
 * @param detail one sentence
 * @param tries number of tries
 * @param createdAt when it became a dead letter
 * @param resource the single refused resource; null when the whole request is the dead letter
 * @param state {@code waiting}, {@code replayed}, {@code discarded}, or {@code delivered} when a
 *     later delivery succeeded
 * @param settledAt when it was settled
 * @param settledBy the actor who settled it
 * @param note the actor's note
 * @param correlation id of its request in the log
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DeadLetterView(
    long id,
    UUID account,
    @Nullable String kind,
    @Nullable String priority,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Instant changedSince,
    String reason,
    String detail,
    int tries,
    Instant createdAt,
    @Nullable Entry resource,
    String state,
    @Nullable Instant settledAt,
    @Nullable String settledBy,
    @Nullable String note,
    @Nullable String correlation) {

  /**
   * A resource that the FHIR server refused.
   *
   * @param key business key
   * @param type resource type
   * @param id the logical id that it was to have on the FHIR server
   */
  public record Entry(String key, String type, String id) {}

  /**
   * A page, oldest first.
   *
   * @param items the page
   * @param total number of matches
   * @param next {@code after} of the next page; null on the last page
   */
  public record Page(List<DeadLetterView> items, long total, @Nullable Long next) {}
}
