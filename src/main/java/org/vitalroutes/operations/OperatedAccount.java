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
 * An account for operators.
 *
 * @param account the owner's view
 * @param subject the owner, the token's {@code sub}
 * @param userMark names its Withings user in log lines
 * @param held whether its work waits for the user to reconnect
 * @param waiting number of sync requests waiting or in flight
 * @param oldestWaiting when the oldest of them was requested
 * @param deadLetters number of open dead letters
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record OperatedAccount(
    @JsonUnwrapped AccountView account,
    String subject,
    String userMark,
    boolean held,
    long waiting,
    @JsonProperty("oldest_waiting_at") @Nullable Instant oldestWaiting,
    long deadLetters) {

  /**
   * A page, ordered by id.
   *
   * @param items the page
   * @param next {@code after} of the next page; null on the last page
   */
  public record Page(List<OperatedAccount> items, @Nullable UUID next) {}
}
