package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What an app asks to connect a user.
 *
 * @param redirectUri where the user's browser goes when it is done
 */
public record AuthorizationRequest(@JsonProperty("redirect_uri") @Nullable String redirectUri) {}
