package org.vitalroutes.accounts;

import org.jspecify.annotations.Nullable;

/**
 * The result of a consent that an app received itself, in mode {@code app}.
 *
 * @param code authorization code
 * @param state issued with the authorization URL
 */
public record CompletionRequest(@Nullable String code, @Nullable String state) {}
