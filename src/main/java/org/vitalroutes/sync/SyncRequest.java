package org.vitalroutes.sync;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.AccountRef;

/**
 * A claimed sync request: make the FHIR server equal to Withings for an account, a data kind and a
 * window.
 *
 * @param id row id
 * @param fence number of claims of the row; a worker with an older fence is refused
 * @param triggers number of triggers merged into the row, to detect one that arrives during the
 *     fetch
 * @param account the account
 * @param kind data kind to fetch
 * @param priority order of service, which tells the origin
 * @param window the span to reconcile; null for a poll
 * @param since for a poll: only data created or changed after this moment
 * @param tries claims since the last success, including this one
 * @param worker the holder of the lease
 * @param correlation id in the log: the ids of the notifications that it serves, separated by
 *     commas, or an id of its own
 * @param requestedAt when it was requested first; the same at every try
 */
public record SyncRequest(
    long id,
    long fence,
    int triggers,
    AccountRef account,
    DataKind kind,
    Priority priority,
    @Nullable Window window,
    @Nullable Instant since,
    int tries,
    UUID worker,
    String correlation,
    Instant requestedAt) {

  public SyncRequest {
    if ((window == null) == (since == null)) {
      throw new IllegalArgumentException("a sync request has either a window or a since");
    }
  }

  /** The same request for an account whose Patient is known. */
  public SyncRequest of(AccountRef known) {
    return with(known, window, since);
  }

  /** The same request, as a poll. */
  public SyncRequest changedSince(Instant moment) {
    return with(account, null, moment);
  }

  /** The same request, for a window that is read again. */
  public SyncRequest over(Window again) {
    return with(account, again, null);
  }

  private SyncRequest with(AccountRef account, @Nullable Window window, @Nullable Instant since) {
    return new SyncRequest(
        id,
        fence,
        triggers,
        account,
        kind,
        priority,
        window,
        since,
        tries,
        worker,
        correlation,
        requestedAt);
  }
}
