package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What an app brings back from Withings, in mode {@code app}.
 *
 * @param code for tokens
 * @param state that we gave
 */
public record CompletionRequest(
    @JsonProperty("code") @Nullable String code, @JsonProperty("state") @Nullable String state) {}
