package org.vitalroutes.health;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * Health of a server that we call: {@code UP}, {@code REFUSED} (it rejects our credentials), {@code
 * FAILING} (it answers with an error) or {@code UNREACHABLE}. The server is called when health is
 * read, at most every 15 seconds. The state does not affect liveness or readiness.
 */
final class CalledServer implements HealthIndicator {

  static final Status REFUSED = new Status("REFUSED");
  static final Status FAILING = new Status("FAILING");
  static final Status UNREACHABLE = new Status("UNREACHABLE");

  static final Duration KEPT = Duration.ofSeconds(15);
  static final int PATIENCE_MILLIS = 2000;

  private final String url;
  private final Map<String, String> headers;
  private final boolean knowsUs;
  private final Clock clock;

  private Health answer = Health.unknown().build();
  private Instant until = Instant.MIN;

  /**
   * Not asked yet.
   *
   * @param url to read
   * @param headers to send
   * @param knowsUs whether only a success counts as {@code UP}; otherwise any answer does
   */
  CalledServer(String url, Map<String, String> headers, boolean knowsUs, Clock clock) {
    this.url = url;
    this.headers = headers;
    this.knowsUs = knowsUs;
    this.clock = clock;
  }

  @Override
  public synchronized Health health() {
    if (!clock.instant().isBefore(until)) {
      answer = Health.status(ask()).build();
      until = clock.instant().plus(KEPT);
    }
    return answer;
  }

  private Status ask() {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
      try {
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        connection.setInstanceFollowRedirects(false);
        headers.forEach(connection::setRequestProperty);
        return of(connection.getResponseCode());
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return UNREACHABLE;
    }
  }

  private Status of(int code) {
    if (knowsUs && (code == 401 || code == 403)) {
      return REFUSED;
    }
    return code < 0 || code >= (knowsUs ? 300 : 500) ? FAILING : Status.UP;
  }
}
