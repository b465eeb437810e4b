package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operator's request to rebuild the ledger of an account from the FHIR server: our own database
 * was restored from a backup.
 *
 * @param reason for the audit trail
 * @param dryRun whether it is only counted what the ledger would gain
 */
public record Rebuild(String reason, boolean dryRun) {

  /**
   * Reads it from a body: {@code {"reason": …, "dry_run": …}}. A dry run needs no reason.
   *
   * @throws org.vitalroutes.accounts.ApiException when the body is invalid
   */
  public static Rebuild of(@Nullable String body) {
    Fields fields = Fields.of(body, Set.of("reason", "dry_run"));
    String reason = Inputs.note("reason", fields.text("reason"));
    boolean dryRun = fields.flag("dry_run");
    if (reason.isEmpty() && !dryRun) {
      throw Inputs.refused("reason_required", "Say in reason why the ledger is rebuilt");
    }
    return new Rebuild(reason, dryRun);
  }

  /**
   * Receipt of a rebuilt ledger.
   *
   * @param account the account
   * @param found resources that the FHIR server has of the account
   * @param added of these, resources that the ledger did not name
   * @param requests sync requests queued or widened
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Receipt(UUID account, long found, long added, long requests) {}
}
