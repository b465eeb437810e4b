package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operator's request to disconnect an account.
 *
 * @param reason for the audit trail
 * @param dryRun whether it is only counted what would end
 */
public record Disconnect(String reason, boolean dryRun) {

  /**
   * Reads it from a body: {@code {"reason": …, "dry_run": …}}. A dry run needs no reason.
   *
   * @throws org.vitalroutes.accounts.ApiException when the body is invalid
   */
  public static Disconnect of(@Nullable String body) {
    Fields fields = Fields.of(body, Set.of("reason", "dry_run"));
    String reason = Inputs.note("reason", fields.text("reason"));
    boolean dryRun = fields.flag("dry_run");
    if (reason.isEmpty() && !dryRun) {
      throw Inputs.refused("reason_required", "Say in reason why the account is disconnected");
    }
    return new Disconnect(reason, dryRun);
  }

  /**
   * What a disconnect would end.
   *
   * @param account the account
   * @param subscriptions active subscriptions at Withings
   * @param requests sync requests waiting or in flight
   * @param resources Observations that the FHIR server has by the ledger
   * @param onDisconnect what would become of them: {@code keep}, {@code mark} or {@code delete}
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Preview(
      UUID account, long subscriptions, long requests, long resources, String onDisconnect) {}
}
