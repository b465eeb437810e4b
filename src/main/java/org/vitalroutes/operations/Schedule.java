package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that fires once over all replicas.
 *
 * @param name room and schedule: {@code backfill/catch-up}
 * @param cron when it fires, as a Quartz cron expression
 * @param state {@code waiting}, {@code acquired}, {@code blocked}, {@code paused} or {@code error}
 * @param previousAt when it fired last
 * @param nextAt when it fires next
 * @param runningOn the replica on which it runs now
 */
public record Schedule(
    @JsonProperty("name") String name,
    @JsonProperty("cron") @Nullable String cron,
    @JsonProperty("state") String state,
    @JsonProperty("previous_at") @Nullable Instant previousAt,
    @JsonProperty("next_at") @Nullable Instant nextAt,
    @JsonProperty("running_on") @Nullable String runningOn) {}
