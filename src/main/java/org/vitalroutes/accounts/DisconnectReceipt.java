package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Receipt of a disconnect.
 *
 * @param account ours
 * @param status {@code disconnected}
 * @param steps the steps in order
 */
public record DisconnectReceipt(UUID account, String status, List<Step> steps) {

  /** Done during this disconnect. */
  public static final String DONE = "done";

  /** There was nothing to do. */
  public static final String ALREADY_GONE = "already_gone";

  /** Failed; the revocation ends the subscription anyway. */
  public static final String FAILED = "failed";

  /** Kept, by configuration. */
  public static final String KEPT = "kept";

  /** Pending; retried until it succeeds. */
  public static final String QUEUED = "queued";

  /** The receipt of an account that was disconnected earlier. */
  public static DisconnectReceipt ofEnded(
      UUID account, boolean revocationPending, OnDisconnect onDisconnect, boolean dataPending) {
    return new DisconnectReceipt(
        account,
        "disconnected",
        List.of(
            Step.of("revoke", revocationPending ? QUEUED : ALREADY_GONE),
            Step.of("destroy_tokens", ALREADY_GONE),
            Step.of("cancel_work", ALREADY_GONE),
            Step.ofData(onDisconnect, dataPending)));
  }

  /**
   * One step.
   *
   * @param step {@code unsubscribe}, {@code revoke}, {@code destroy_tokens}, {@code cancel_work},
   *     and one of {@code keep_data}, {@code mark_data} and {@code delete_data}
   * @param appli appli code of an {@code unsubscribe}
   * @param outcome one of the constants above
   * @param detail reason of a failure
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(
      String step, @Nullable Integer appli, String outcome, @Nullable String detail) {

    /** A step for the whole account. */
    public static Step of(String step, String outcome) {
      return new Step(step, null, outcome, null);
    }

    /**
     * The step for the data on the FHIR server.
     *
     * @param toDo whether the withdrawal is still pending
     */
    public static Step ofData(OnDisconnect onDisconnect, boolean toDo) {
      String done = onDisconnect == OnDisconnect.KEEP ? KEPT : DONE;
      return of(onDisconnect.step(), toDo ? QUEUED : done);
    }
  }
}
