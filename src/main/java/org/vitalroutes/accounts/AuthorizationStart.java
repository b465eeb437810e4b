package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Where to send the user to consent.
 *
 * @param authorizationUrl at the provider
 * @param state that comes back
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AuthorizationStart(String authorizationUrl, String state) {}
