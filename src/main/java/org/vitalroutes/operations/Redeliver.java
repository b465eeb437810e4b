package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operator's request to deliver again what was delivered since a moment: the FHIR server was
 * restored from a backup of that moment.
 *
 * @param since moment of the backup, or shortly before
 * @param reason for the audit trail
 * @param dryRun whether it is only counted what would be delivered again
 */
public record Redeliver(Instant since, String reason, boolean dryRun) {

  /**
   * Reads it from a body: {@code {"since": …, "reason": …, "dry_run": …}}. A dry run needs no
   * reason.
   *
   * @throws org.vitalroutes.accounts.ApiException when the body is invalid
   */
  public static Redeliver of(@Nullable String body, Instant now) {
    Fields fields = Fields.of(body, Set.of("since", "reason", "dry_run"));
    Instant since = Inputs.moment("since", fields.text("since"));
    if (since == null || since.isAfter(now)) {
      throw Inputs.refused("invalid_since", "since is a day or moment in the past");
    }
    String reason = Inputs.note("reason", fields.text("reason"));
    boolean dryRun = fields.flag("dry_run");
    if (reason.isEmpty() && !dryRun) {
      throw Inputs.refused("reason_required", "Say in reason why everything is delivered again");
    }
    return new Redeliver(since, reason, dryRun);
  }

  /**
   * Receipt of a redelivery.
   *
   * @param since as requested
   * @param resources resources whose content on the FHIR server is now taken for unknown
   * @param accounts accounts that they belong to
   * @param requests sync requests queued or widened
   * @param held resources of accounts that must reconnect first
   * @param notQueued resources of disconnected accounts whose data is kept: they cannot be fetched
   *     again
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Receipt(
      Instant since, long resources, long accounts, long requests, long held, long notQueued) {}
}
