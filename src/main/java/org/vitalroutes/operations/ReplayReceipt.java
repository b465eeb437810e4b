package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What became of a replay by filter.
 *
 * @param replayed how many became sync requests
 * @param leftDeadLetters how many stay because their account is disconnected
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ReplayReceipt(int replayed, int leftDeadLetters) {}
