package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Receipt of a replay by filter.
 *
 * @param replayed number of dead letters that became sync requests
 * @param leftDeadLetters number that stay because their account is disconnected
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ReplayReceipt(int replayed, int leftDeadLetters) {}
