package org.vitalroutes.withings;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.RetryAfter;

/**
 * The outer object of every Withings reply: {@code {"status": 0, "body": {…}}}, sent with HTTP 200
 * whatever happened.
 */
public final class Envelope {

  /** Withings publishes no wait for 601; its window is a minute. */
  static final Duration RATE_LIMIT_PAUSE = Duration.ofSeconds(60);

  private Envelope() {}

  /**
   * Judges the HTTP status, before the bytes are read as JSON.
   *
   * @throws ProviderThrottledException on 429
   * @throws ProviderUnavailableException on 5xx
   * @throws ProviderUnauthorizedException on 401, and on 400 when the grant is said to be dead, as
   *     RFC 6749 has it
   * @throws ProviderRefusedException on any other that is not 2xx
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
   * Reads a reply and takes the envelope off, as {@link #unwrap(JsonNode)} does.
   *
   * @throws ProviderUnavailableException also when it is no JSON
   */
  public static JsonNode unwrap(byte @Nullable [] reply, ObjectMapper json) {
    try {
      return unwrap(reply == null ? null : json.readTree(reply));
    } catch (IOException e) {
      // Its message quotes the reply.
      throw new ProviderUnavailableException("Withings answered no JSON", null);
    }
  }

  /**
   * Takes the envelope off.
   *
   * @return the {@code body}, an empty object when there is none
   * @throws ProviderThrottledException on 601
   * @throws ProviderUnavailableException when another try may succeed, also when it is no envelope
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
    // Ours to repair: no user's token is dead because of it.
    if (meaning == WithingsStatus.REFUSED && reply.path("error").asText().contains("client_")) {
      throw new ProviderUnavailableException(message + ": our client id or secret", null);
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
          throw new ProviderThrottledException(
              message, retryAfter == null ? RATE_LIMIT_PAUSE : retryAfter);
      case DOWN -> throw ProviderUnavailableException.outage(message, retryAfter);
      case UNAVAILABLE -> throw new ProviderUnavailableException(message, retryAfter);
      case REFUSED -> throw new ProviderRefusedException(code, message);
    }
  }

  /** Of a code or a refresh token: in the words of RFC 6749, or in Withings' own. */
  private static boolean saysDead(String error) {
    return error.contains("invalid_grant") || error.contains("invalid refresh_token");
  }

  private static boolean isInteger(JsonNode status) {
    return status.asText().matches("-?[0-9]{1,9}");
  }
}
