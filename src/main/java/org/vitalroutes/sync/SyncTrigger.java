package org.vitalroutes.sync;

import java.time.Instant;
import java.util.UUID;

/**
 * A reason to fetch: a notification says that something changed.
 *
 * @param account the account
 * @param kind of the data
 * @param window the time span that changed
 * @param receivedAt when it arrived the notification arrived
 * @param correlation id of the notification and its consequences in the log
 */
public record SyncTrigger(
    UUID account, DataKind kind, Window window, Instant receivedAt, String correlation) {}
