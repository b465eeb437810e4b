package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was done to end a connection.
 *
 * @param account ours
 * @param status {@code disconnected}
 * @param steps in the order in which they were taken
 */
public record DisconnectReceipt(UUID account, String status, List<Step> steps) {

  /** Done now. */
  public static final String DONE = "done";

  /** Nothing was left to do. */
  public static final String ALREADY_GONE = "already_gone";

  /** Did not succeed; the revocation ends it too. */
  public static final String FAILED = "failed";

  /** Stays, as is set. */
  public static final String KEPT = "kept";

  /** Is still to be done, and is tried until it succeeds. */
  public static final String QUEUED = "queued";

  /** Of an account that was ended before. */
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
   * @param appli of an unsubscribe
   * @param outcome one of the words above
   * @param detail why it failed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Step(
      String step, @Nullable Integer appli, String outcome, @Nullable String detail) {

    /** A step that concerns the whole account. */
    public static Step of(String step, String outcome) {
      return new Step(step, null, outcome, null);
    }

    /**
     * What becomes of the data in the FHIR server.
     *
     * @param toDo whether there is any with which something is still to be done
     */
    public static Step ofData(OnDisconnect onDisconnect, boolean toDo) {
      String done = onDisconnect == OnDisconnect.KEEP ? KEPT : DONE;
      return of(onDisconnect.step(), toDo ? QUEUED : done);
    }
  }
}
