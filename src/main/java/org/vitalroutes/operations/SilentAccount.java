package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account and kind without notifications for much longer than is usual for it.
 *
 * @param account its id
 * @param subject its owner, the {@code sub} of their tokens
 * @param kind the data kind
 * @param notifiedAt when a notification last led to a fetch
 * @param usualSeconds the usual interval between two notifications
 * @param silentSince when the silence became conspicuous
 * @param lastSyncedAt when it was last fetched, whether by a notification or a poll
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SilentAccount(
    UUID account,
    String subject,
    String kind,
    Instant notifiedAt,
    long usualSeconds,
    Instant silentSince,
    @Nullable Instant lastSyncedAt) {}
