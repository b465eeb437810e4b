package org.vitalroutes.health;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * A server that we call: {@code UP}, {@code REFUSED} (it does not accept our credentials), {@code
 * FAILING} (it answers with an error) or {@code UNREACHABLE}. It is asked while somebody looks, and
 * at most every quarter of a minute. None of these states is our own: they change neither liveness
 * nor readiness.
 */
final class CalledServer implements HealthIndicator {

  static final Status REFUSED = new Status("REFUSED");
  static final Status FAILING = new Status("FAILING");
  static final Status UNREACHABLE = new Status("UNREACHABLE");

  private static final Duration KEPT = Duration.ofSeconds(15);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .followRedirects(Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final HttpRequest question;
  private final boolean knowsUs;
  private final Clock clock;

  private Health answer = Health.unknown().build();
  private Instant until = Instant.MIN;

  /**
   * Not asked yet.
   *
   * @param question to it
   * @param knowsUs whether an answer that is no success is a failure; else any answer will do
   */
  CalledServer(HttpRequest question, boolean knowsUs, Clock clock) {
    this.question = question;
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
      int status = HTTP.send(question, BodyHandlers.discarding()).statusCode();
      if (knowsUs && (status == 401 || status == 403)) {
        return REFUSED;
      }
      return status >= (knowsUs ? 300 : 500) ? FAILING : Status.UP;
    } catch (IOException e) {
      return UNREACHABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Status.UNKNOWN;
    }
  }
}
