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
 * @param id our account id
 * @param provider {@code withings}
 * @param status "connected", "reconnect_required" or "disconnected"
 * @param scopes granted scopes
 * @param connectedAt when the account was last connected
 * @param patient the Patient to which the data goes
 * @param kinds freshness by data kind
 * @param subscriptions {@code active} or the failure, by appli code
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AccountView(
    UUID id,
    String provider,
    String status,
    List<String> scopes,
    Instant connectedAt,
    AccountPatient patient,
    Map<String, Kind> kinds,
    Map<Integer, String> subscriptions) {

  /**
   * Freshness of one data kind.
   *
   * @param lastSyncedAt when the FHIR server was last made equal to Withings
   * @param freshnessSeconds seconds since then
   * @param historyProgress percent of the history that has been filled
   * @param historyEstimatedEnd estimated end of filling the history; null when it is filled, or
   *     when there is no basis for an estimate yet
   * @param notSynced why the kind is not synced; null when it is
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Kind(
      @Nullable Instant lastSyncedAt,
      @Nullable Long freshnessSeconds,
      int historyProgress,
      @Nullable Instant historyEstimatedEnd,
      @Nullable String notSynced) {}
}
