package org.vitalroutes.settings;

import java.time.Period;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.vitalroutes.accounts.OnDisconnect;

/**
 * Settings of the service itself.
 *
 * @param publicUrl how Withings and browsers reach us, without a trailing slash
 * @param history how far back a new connection is filled
 * @param onDisconnect policy for an account's Observations after a disconnect
 */
@ConfigurationProperties
public record ServiceSettings(String publicUrl, Period history, OnDisconnect onDisconnect) {

  public ServiceSettings {
    publicUrl =
        publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
  }
}
