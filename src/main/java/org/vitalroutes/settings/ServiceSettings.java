package org.vitalroutes.settings;

import java.time.Period;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the service itself.
 *
 * @param publicUrl how Withings and browsers reach us, without a trailing slash
 * @param history how far back a new connection is filled
 */
@ConfigurationProperties
public record ServiceSettings(String publicUrl, Period history) {

  public ServiceSettings {
    publicUrl =
        publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
  }
}
