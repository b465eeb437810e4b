package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How things stand, over all replicas.
 *
 * @param stages what waits where, by stage: {@code inbox} (notifications), {@code due}, {@code
 *     retrying}, {@code in_flight} and {@code held} (sync requests), {@code parked}
 * @param lanes sync requests by where they come from
 * @param accounts accounts by status
 */
public record Summary(
    @JsonProperty("stages") Map<String, Stage> stages,
    @JsonProperty("lanes") Map<String, Stage> lanes,
    @JsonProperty("accounts") Map<String, Long> accounts) {

  /**
   * What waits in a stage.
   *
   * @param count how much
   * @param oldestAt since when the first of it waits
   * @param oldestSeconds how long that is
   */
  public record Stage(
      @JsonProperty("count") long count,
      @JsonProperty("oldest_at") @Nullable Instant oldestAt,
      @JsonProperty("oldest_seconds") @Nullable Long oldestSeconds) {}
}
