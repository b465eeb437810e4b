package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * What an app asks to connect a user.
 *
 * @param redirectUri where the user's browser goes when it is done
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AuthorizationRequest(@Nullable String redirectUri) {}
