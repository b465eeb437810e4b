package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as its owner sees it.
 *
 * @param id ours
 * @param provider {@code withings}
 * @param status {@code connected}, {@code reconnect_required} or {@code disconnected}
 * @param scopes granted
 * @param connectedAt since when
 * @param kinds per data kind, how fresh it is
 * @param subscriptions per appli code, {@code active} or why it failed
 */
public record AccountView(
    @JsonProperty("id") UUID id,
    @JsonProperty("provider") String provider,
    @JsonProperty("status") String status,
    @JsonProperty("scopes") List<String> scopes,
    @JsonProperty("connected_at") Instant connectedAt,
    @JsonProperty("kinds") Map<String, Kind> kinds,
    @JsonProperty("subscriptions") Map<Integer, String> subscriptions) {

  /**
   * How fresh one data kind is.
   *
   * @param lastSyncedAt when the FHIR server was last made equal to Withings
   * @param freshnessSeconds since then
   * @param historyProgress percent of the history that has been filled
   * @param historyEstimatedEnd when the history will be filled if it goes on as it went; null when
   *     it is, or when that cannot be told yet
   * @param notSynced why it is not synced, when it is not
   */
  public record Kind(
      @JsonProperty("last_synced_at") @Nullable Instant lastSyncedAt,
      @JsonProperty("freshness_seconds") @Nullable Long freshnessSeconds,
      @JsonProperty("history_progress") int historyProgress,
      @JsonProperty("history_estimated_end") @Nullable Instant historyEstimatedEnd,
      @JsonProperty("not_synced") @Nullable String notSynced) {}
}
