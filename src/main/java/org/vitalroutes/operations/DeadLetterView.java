package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits, or waited, for a person. Ids, codes and counts only.
 *
 * @param id of the row
 * @param account whose data
 * @param kind of data
 * @param priority where the request came from
 * @param from first moment of its window; null for a poll
 * @param to last moment of its window; null for a poll
 * @param changedSince for a poll: what was changed after this moment
 * @param reason stable word
 * @param detail sentence
 * @param tries how often it was tried
 * @param createdAt since when
 * @param resource the one resource that becomes a dead letter; null when it is the whole request
 * @param state {@code waiting}; or {@code replayed}, {@code discarded}, or {@code delivered} when
 *     it went through after all
 * @param settledAt when it was settled
 * @param settledBy by whom
 * @param note what they said
 * @param correlation what the log calls the request that becomes a dead letter
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DeadLetterView(
    long id,
    UUID account,
    String kind,
    String priority,
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
   * @param type of resource
   * @param id its logical id on the FHIR server, had it been taken
   */
  public record Entry(String key, String type, String id) {}

  /**
   * Some of them, oldest first.
   *
   * @param items the page
   * @param total how many the filter finds
   * @param next {@code after} of the next page; null after the last
   */
  public record Page(List<DeadLetterView> items, long total, @Nullable Long next) {}
}
