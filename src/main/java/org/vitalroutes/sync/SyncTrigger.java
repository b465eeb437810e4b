package org.vitalroutes.sync;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A reason to fetch: a notification says that something changed.
 *
 * @param account the account
 * @param kind of the data
 * @param window the time span that changed
 * @param receivedAt when the notification arrived
 * @param correlation id of the notification and its consequences in the log
 * @param then the kind to fetch too when the answer does not explain the notification; null for
 *     none
 */
public record SyncTrigger(
    UUID account,
    DataKind kind,
    Window window,
    Instant receivedAt,
    String correlation,
    @Nullable DataKind then) {

  /** A trigger for one kind. */
  public SyncTrigger(
      UUID account, DataKind kind, Window window, Instant receivedAt, String correlation) {
    this(account, kind, window, receivedAt, correlation, null);
  }

  /** The same trigger, with a kind to fetch too when the answer does not explain it. */
  public SyncTrigger then(DataKind next) {
    return new SyncTrigger(account, kind, window, receivedAt, correlation, next);
  }
}
