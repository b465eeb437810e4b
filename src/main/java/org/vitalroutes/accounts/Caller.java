package org.vitalroutes.accounts;

import org.jspecify.annotations.Nullable;

/**
 * Who calls the API.
 *
 * @param subject the token's {@code sub}
 * @param patientId the Patient that the token names, if any
 */
public record Caller(String subject, @Nullable String patientId) {}
