package org.vitalroutes.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.operations.FlowStage;
import org.vitalroutes.operations.Throughput;

/** How many messages passed each stage, over all replicas, in slots of ten minutes. */
public final class StageCounts {

  private static final int SLOT_SECONDS = 600;
  private static final int SLOTS = 24 * 6;

  private static final String CURRENT_SLOT =
      "to_timestamp(floor(extract(epoch from now()) / 600) * 600)";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public StageCounts(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /** Adds what this replica has counted since it added last; all or nothing. */
  public void add(List<Throughput.Count> counts) {
    transaction.executeWithoutResult(
        status -> {
          // In the order of the stages, so that replicas do not deadlock.
          for (Throughput.Count count : counts) {
            jdbc.sql(
                    """
                    insert into stage_count as known (slot, stage, passed, failed, seconds)
                    values (%s, :stage, :passed, :failed, :seconds)
                    on conflict (slot, stage) do update set
                      passed = known.passed + excluded.passed,
                      failed = known.failed + excluded.failed,
                      seconds = known.seconds + excluded.seconds
                    """
                        .formatted(CURRENT_SLOT))
                .param("stage", count.stage().code())
                .param("passed", count.passed())
                .param("failed", count.failed())
                .param("seconds", count.seconds())
                .update();
          }
        });
  }

  /** The last 24 hours; a slot in which nothing passed is zero. */
  public Throughput lastDay() {
    Instant from =
        jdbc.sql("select " + CURRENT_SLOT)
            .query((row, i) -> row.getTimestamp(1).toInstant())
            .single()
            .minusSeconds((long) SLOT_SECONDS * (SLOTS - 1));
    Map<String, long[][]> counts = new TreeMap<>();
    Map<String, Double> seconds = new TreeMap<>();
    for (FlowStage stage : FlowStage.values()) {
      counts.put(stage.code(), new long[2][SLOTS]);
      seconds.put(stage.code(), 0.0);
    }
    jdbc.sql("select slot, stage, passed, failed, seconds from stage_count where slot >= ?")
        .param(Timestamp.from(from))
        .query(
            row -> {
              long[][] stage = counts.get(row.getString("stage"));
              long slot =
                  (row.getTimestamp("slot").toInstant().getEpochSecond() - from.getEpochSecond())
                      / SLOT_SECONDS;
              // A newer release may count more stages, and the clock may have moved on.
              if (stage != null && slot < SLOTS) {
                stage[0][(int) slot] = row.getLong("passed");
                stage[1][(int) slot] = row.getLong("failed");
                seconds.merge(row.getString("stage"), row.getDouble("seconds"), Double::sum);
              }
            });
    Map<String, Throughput.Stage> stages = new TreeMap<>();
    counts.forEach(
        (stage, slots) ->
            stages.put(
                stage,
                new Throughput.Stage(
                    list(slots[0]), list(slots[1]), seconds.getOrDefault(stage, 0.0))));
    return new Throughput(from, SLOT_SECONDS, stages);
  }

  private static List<Long> list(long[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
