package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What each stage did in the last 24 hours, over all replicas.
 *
 * @param from when the first slot began
 * @param slotSeconds length of a slot
 * @param stages by the code of their {@link FlowStage}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Throughput(Instant from, int slotSeconds, Map<String, Stage> stages) {

  /**
   * A stage.
   *
   * @param passed messages in each slot, oldest first; the last slot is the current one
   * @param failed those of them that failed
   * @param seconds time that they took together
   */
  public record Stage(List<Long> passed, List<Long> failed, double seconds) {}

  /**
   * What a replica adds to the current slot of a stage.
   *
   * @param stage the stage
   * @param passed messages
   * @param failed those of them that failed
   * @param seconds time that they took
   */
  public record Count(FlowStage stage, long passed, long failed, double seconds) {}
}
