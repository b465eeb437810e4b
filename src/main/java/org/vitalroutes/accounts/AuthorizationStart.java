package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where to send the user to consent.
 *
 * @param authorizationUrl at the provider
 * @param state that comes back
 */
public record AuthorizationStart(
    @JsonProperty("authorization_url") String authorizationUrl,
    @JsonProperty("state") String state) {}
