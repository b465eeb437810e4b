package org.vitalroutes.settings;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How users connect.
 *
 * @param redirectUris the apps' redirect URIs that are allowed, each compared exactly
 * @param allowedOrigins of web pages that may call the API from a browser, each compared exactly
 * @param mode {@code bridge}: Withings redirects to us; {@code app}: to the app itself
 */
@ConfigurationProperties("connect")
public record ConnectSettings(List<String> redirectUris, List<String> allowedOrigins, String mode) {

  /** Whether Withings sends the browser to the app itself, which then completes the connection. */
  public boolean appMode() {
    return mode.equals("app");
  }
}
