package org.vitalroutes.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.regex.Pattern;

/** The rules for a callback address, which must also answer a probe. */
final class CallbackRules {
  private static final int MAX_LENGTH = 255;
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|\\[.*]");

  private final SimulatorSettings settings;
  private final HttpClient http;

  CallbackRules(SimulatorSettings settings, HttpClient http) {
    this.settings = settings;
    this.http = http;
  }

  /** Refuses an address that breaks a rule or does not answer HEAD with exactly 200. */
  void require(String callbackUrl) {
    if (!wellFormed(callbackUrl) || !answers(callbackUrl)) {
      throw RefusedException.badCallback();
    }
  }

  private boolean wellFormed(String callbackUrl) {
    if (callbackUrl.length() > MAX_LENGTH) {
      return false;
    }
    URI uri;
    try {
      uri = URI.create(callbackUrl);
    } catch (IllegalArgumentException e) {
      return false;
    }
    String scheme = uri.getScheme();
    String host = uri.getHost();
    if (scheme == null || host == null) {
      return false;
    }
    boolean https = scheme.equalsIgnoreCase("https");
    if (settings.loopbackCallbacks()) {
      return https || scheme.equalsIgnoreCase("http");
    }
    boolean domain = host.contains(".") && !NUMERIC.matcher(host).matches();
    boolean local = host.toLowerCase(Locale.ROOT).endsWith(".localhost");
    boolean port = uri.getPort() == -1 || uri.getPort() == 80 || uri.getPort() == 443;
    return https && domain && !local && port;
  }

  private boolean answers(String callbackUrl) {
    HttpRequest probe =
        HttpRequest.newBuilder(URI.create(callbackUrl))
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .timeout(settings.callbackTimeout())
            .build();
    try {
      return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
