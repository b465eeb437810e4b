package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.AccountView;

/**
 * An account as operators see it.
 *
 * @param account as its owner sees it
 * @param subject its owner, the token's {@code sub}
 * @param held whether its work waits until the user connects again
 * @param waiting how many sync requests wait or are in hand
 * @param oldestWaiting since when the first of them waits
 * @param deadLetters how much waits for a person
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record OperatedAccount(
    @JsonUnwrapped AccountView account,
    String subject,
    boolean held,
    long waiting,
    @JsonProperty("oldest_waiting_at") @Nullable Instant oldestWaiting,
    long deadLetters) {

  /**
   * Some of them, by id.
   *
   * @param items the page
   * @param next {@code after} of the next page; null after the last
   */
  public record Page(List<OperatedAccount> items, @Nullable UUID next) {}
}
