package org.vitalroutes.settings;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How users connect.
 *
 * @param redirectUris the apps' redirect URIs that are allowed, each compared exactly
 * @param allowedOrigins of web pages that may call the API from a browser, each compared exactly
 * @param mode where Withings sends the browser back to
 * @param confirm whether the app's session confirms a grant before anything is done with it
 * @param pageName who asks on the page of a connect link; empty when there are no links
 * @param pageText a sentence or two of the organisation's own on that page; may be empty
 * @param pageTextDe the same in German; when it is empty, the German page has the other
 * @param pageLogo file of its logo; may be empty
 * @param linkLifetime how long a connect link is open
 */
@ConfigurationProperties("connect")
public record ConnectSettings(
    List<String> redirectUris,
    List<String> allowedOrigins,
    Mode mode,
    boolean confirm,
    String pageName,
    String pageText,
    String pageTextDe,
    String pageLogo,
    Duration linkLifetime) {

  /** Where Withings sends the browser back to. */
  public enum Mode {
    /** To Vitalroutes, which redirects to the app. */
    BRIDGE,
    /** To the app itself. */
    APP
  }

  /** Whether Withings sends the browser to the app itself, which then completes the connection. */
  public boolean appMode() {
    return mode == Mode.APP;
  }
}
