package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Where the user gives consent.
 *
 * @param authorizationUrl the provider's consent page
 * @param state returned by the provider with the code
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AuthorizationStart(String authorizationUrl, String state) {}
