package org.vitalroutes.sync;

import java.time.Instant;
import java.util.UUID;

/**
 * That there is something to fetch, as a notification says.
 *
 * @param account whose data it is
 * @param kind of the data
 * @param window the time that it is about
 * @param receivedAt when the notification came
 * @param correlation what the log calls it, and what comes of it
 */
public record SyncTrigger(
    UUID account, DataKind kind, Window window, Instant receivedAt, String correlation) {}
