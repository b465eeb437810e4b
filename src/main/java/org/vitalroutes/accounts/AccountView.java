package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
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
 * @param status "connected", "reconnect_required" or "disconnected"
 * @param scopes granted
 * @param connectedAt since when
 * @param kinds per data kind, how fresh it is
 * @param subscriptions per appli code, {@code active} or why it failed
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AccountView(
    UUID id,
    String provider,
    String status,
    List<String> scopes,
    Instant connectedAt,
    Map<String, Kind> kinds,
    Map<Integer, String> subscriptions) {

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
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Kind(
      @Nullable Instant lastSyncedAt,
      @Nullable Long freshnessSeconds,
      int historyProgress,
      @Nullable Instant historyEstimatedEnd,
      @Nullable String notSynced) {}
}
