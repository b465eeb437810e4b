package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
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
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Schedule(
    String name,
    @Nullable String cron,
    String state,
    @Nullable Instant previousAt,
    @Nullable Instant nextAt,
    @Nullable String runningOn) {}
