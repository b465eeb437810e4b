package org.vitalroutes.operations;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What became of a replay by filter.
 *
 * @param replayed how many became sync requests
 * @param leftDeadLetters how many stay because their account is disconnected
 */
public record ReplayReceipt(
    @JsonProperty("replayed") int replayed,
    @JsonProperty("left_dead_letters") int leftDeadLetters) {}
