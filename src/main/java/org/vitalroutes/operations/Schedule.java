package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that fires once over all replicas.
 *
 * @param name route file and schedule: {@code backfill/catch-up}
 * @param cron Quartz cron expression
 * @param state {@code waiting}, {@code acquired}, {@code blocked}, {@code paused} or {@code error}
 * @param previousAt last run
 * @param nextAt next run
 * @param runningOn the replica that runs it at the moment; null when none does
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Schedule(
    String name,
    @Nullable String cron,
    String state,
    @Nullable Instant previousAt,
    @Nullable Instant nextAt,
    @Nullable String runningOn) {}
