package org.vitalroutes.withings;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.RetryAfter;

/**
 * The outer object of every Withings reply: {@code {"status": 0, "body": {…}}}, sent with HTTP 200
 * even when the call failed.
 */
public final class Envelope {

  /** Withings documents no wait for 601; the window of its rate limit is a minute. */
  static final Duration RATE_LIMIT_PAUSE = Duration.ofSeconds(60);

  /** Withings refuses an identical call for ten seconds. */
  private static final Duration REPEATED_PAUSE = Duration.ofSeconds(10);

  private static final Duration LONGEST_WAIT = Duration.ofDays(1);
  private static final String WAIT_SECONDS = "wait_seconds";

  private Envelope() {}

  /**
   * Checks the HTTP status, before the bytes are read as JSON.
   *
   * @throws ProviderThrottledException on 429
   * @throws ProviderUnavailableException on 5xx
   * @throws ProviderUnauthorizedException on 401, and on 400 with the error {@code invalid_grant}
   *     of RFC 6749
   * @throws ProviderRefusedException on any other status that is not 2xx
   */
  public static void checkHttp(
      int httpStatus, @Nullable String retryAfter, Clock clock, byte @Nullable [] body) {
    boolean dead = httpStatus == 400 && body != null && saysDead(new String(body, UTF_8));
    fail(
        dead ? WithingsStatus.UNAUTHORIZED : WithingsStatus.ofHttp(httpStatus),
        httpStatus,
        "Withings answered HTTP " + httpStatus,
        RetryAfter.parse(retryAfter, clock));
  }

  /**
   * Parses a reply and returns its body, as {@link #unwrap(JsonNode)} does.
   *
   * @throws ProviderUnavailableException also when the reply is no JSON
   */
  public static JsonNode unwrap(byte @Nullable [] reply, ObjectMapper json) {
    try {
      return unwrap(reply == null ? null : json.readTree(reply));
    } catch (IOException e) {
      // The cause is dropped, because its message quotes the reply.
      throw new ProviderUnavailableException("Withings answered no JSON", null);
    }
  }

  /**
   * Takes the envelope off.
   *
   * @return the {@code body}; an empty object when there is none
   * @throws ProviderThrottledException on 601 for the limit of the whole application
   * @throws ProviderUnavailableException when another try may succeed, also when the reply is no
   *     envelope
   * @throws ProviderUnauthorizedException when the access token is not accepted
   * @throws ProviderRefusedException when the call cannot succeed
   */
  public static JsonNode unwrap(@Nullable JsonNode reply) {
    JsonNode status = reply == null ? null : reply.get("status");
    if (reply != null && saysDead(reply.path("error").asText())) {
      throw new ProviderUnauthorizedException("Withings answered that the grant is dead");
    }
    if (reply == null || status == null || !status.isValueNode() || !isInteger(status)) {
      throw new ProviderUnavailableException("Withings answered without a status", null);
    }
    int code = Integer.parseInt(status.asText());
    String message = "Withings answered status " + code;
    WithingsStatus meaning = WithingsStatus.of(code);
    // The operator must mend the credentials; the users' tokens are still good.
    if (meaning == WithingsStatus.REFUSED && reply.path("error").asText().contains("client_")) {
      throw new ProviderUnavailableException(message + ": our client id or secret", null);
    }
    if (meaning == WithingsStatus.TOO_MANY_REQUESTS && concernsOneCall(reply)) {
      throw new ProviderUnavailableException(
          message + " to this call alone", waitSeconds(reply.path("body")));
    }
    fail(meaning, code, message, null);
    JsonNode body = reply.get("body");
    return body != null && body.isObject() ? body : JsonNodeFactory.instance.objectNode();
  }

  private static void fail(
      WithingsStatus meaning, int code, String message, @Nullable Duration retryAfter) {
    switch (meaning) {
      case OK -> {}
      case UNAUTHORIZED -> throw new ProviderUnauthorizedException(message);
      case TOO_MANY_REQUESTS ->
          throw retryAfter == null
              ? new ProviderThrottledException(message, RATE_LIMIT_PAUSE)
              : ProviderThrottledException.asking(message, retryAfter);
      case DOWN -> throw ProviderUnavailableException.outage(message, retryAfter);
      case UNAVAILABLE -> throw new ProviderUnavailableException(message, retryAfter);
      case REFUSED -> throw new ProviderRefusedException(code, message);
    }
  }

  /**
   * Whether 601 means that this call was repeated too soon, and not that the application's limit is
   * used up: then the answer names a wait or says so.
   */
  private static boolean concernsOneCall(JsonNode reply) {
    return reply.path("body").has(WAIT_SECONDS)
        || reply.path("error").asText().toLowerCase(Locale.ROOT).contains("same arguments");
  }

  private static Duration waitSeconds(JsonNode body) {
    long seconds = body.path(WAIT_SECONDS).asLong(REPEATED_PAUSE.toSeconds());
    return Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_WAIT.toSeconds())));
  }

  /**
   * Whether the error says that a code or refresh token is dead, as RFC 6749 or as Withings words
   * it.
   */
  private static boolean saysDead(String error) {
    return error.contains("invalid_grant") || error.contains("invalid refresh_token");
  }

  private static boolean isInteger(JsonNode status) {
    return status.asText().matches("-?[0-9]{1,9}");
  }
}
