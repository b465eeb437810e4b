package org.vitalroutes.health;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
  private static final Duration PATIENCE = Duration.ofMillis(PATIENCE_MILLIS);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

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
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    headers.forEach(request::setHeader);
    try {
      HttpResponse<InputStream> head = HTTP.send(request.build(), BodyHandlers.ofInputStream());
      head.body().close();
      return of(head.statusCode());
    } catch (IOException e) {
      return UNREACHABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
