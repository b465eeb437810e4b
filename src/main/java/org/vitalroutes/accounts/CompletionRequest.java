package org.vitalroutes.accounts;

import org.jspecify.annotations.Nullable;

/**
 * What an app brings back from Withings, in mode {@code app}.
 *
 * @param code for tokens
 * @param state that we gave
 */
public record CompletionRequest(@Nullable String code, @Nullable String state) {}
