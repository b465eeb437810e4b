package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account that is told of a kind no more, against its own habit.
 *
 * @param account its id
 * @param kind the data kind
 * @param toldAt when a notification last led to a fetch
 * @param usualSeconds how long it usually was from one to the next
 * @param silentSince when the silence became odd
 * @param lastSyncedAt when it was last fetched, by a poll too
 */
public record SilentAccount(
    @JsonProperty("account") UUID account,
    @JsonProperty("kind") String kind,
    @JsonProperty("told_at") Instant toldAt,
    @JsonProperty("usual_seconds") long usualSeconds,
    @JsonProperty("silent_since") Instant silentSince,
    @JsonProperty("last_synced_at") @Nullable Instant lastSyncedAt) {}
