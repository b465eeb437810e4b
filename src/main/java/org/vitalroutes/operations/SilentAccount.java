package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account and kind without notifications for much longer than is usual for it.
 *
 * @param account its id
 * @param kind the data kind
 * @param notifiedAt when a notification last led to a fetch
 * @param usualSeconds the usual interval between two notifications
 * @param silentSince when the silence became conspicuous
 * @param lastSyncedAt when it was last fetched, whether by a notification or a poll
 */
public record SilentAccount(
    @JsonProperty("account") UUID account,
    @JsonProperty("kind") String kind,
    @JsonProperty("notified_at") Instant notifiedAt,
    @JsonProperty("usual_seconds") long usualSeconds,
    @JsonProperty("silent_since") Instant silentSince,
    @JsonProperty("last_synced_at") @Nullable Instant lastSyncedAt) {}
