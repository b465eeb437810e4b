package org.vitalroutes.sync;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.AccountRef;

/**
 * Work in hand: make the FHIR server equal to Withings for an account, a data kind and a window.
 *
 * @param id of the row
 * @param fence counts the claims of the row; a worker with an older one is refused
 * @param triggers counts the triggers that the row has taken in, to see one that came meanwhile
 * @param account whose data
 * @param kind what is fetched
 * @param priority where it came from
 * @param window the span to reconcile; null for a poll
 * @param since for a poll: what was created or changed after this moment
 * @param tries claims since it last succeeded, this one included
 * @param worker who holds the lease
 * @param correlation what the log calls it: the ids of the notifications that it serves, separated
 *     by commas, or one of its own
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
    String correlation) {

  public SyncRequest {
    if ((window == null) == (since == null)) {
      throw new IllegalArgumentException("a sync request has either a window or a since");
    }
  }

  /** The same request, of an account whose Patient is known. */
  public SyncRequest of(AccountRef known) {
    return new SyncRequest(
        id, fence, triggers, known, kind, priority, window, since, tries, worker, correlation);
  }
}
