package org.vitalroutes.operations;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reason for discarding a dead letter.
 *
 * @param text not empty
 */
public record Reason(String text) {

  /**
   * Reads it from the URL, or from a body for clients that send one with {@code DELETE}.
   *
   * @throws org.vitalroutes.accounts.ApiException when it is missing
   */
  public static Reason of(@Nullable String parameter, @Nullable String body) {
    String given =
        body == null || body.isBlank()
            ? parameter
            : Fields.of(body, Set.of("reason")).text("reason");
    String reason = Inputs.note("reason", given);
    if (reason.isEmpty()) {
      throw Inputs.refused("reason_required", "Say in reason why it is discarded");
    }
    return new Reason(reason);
  }
}
