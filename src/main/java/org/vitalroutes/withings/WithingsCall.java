package org.vitalroutes.withings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Priority;

/**
 * A call of Withings' API: a form to post to a path.
 *
 * @param path below the API's base, such as {@code /measure}
 * @param fields of the form
 * @param accessToken sent as a bearer token; null for calls that carry the client's credentials
 */
public record WithingsCall(String path, Map<String, String> fields, @Nullable String accessToken) {

  public WithingsCall {
    fields = Map.copyOf(fields);
  }

  /** A call of an action, without further fields. */
  public static WithingsCall of(String path, String action) {
    return new WithingsCall(path, Map.of("action", action), null);
  }

  /** The same call with one more field. */
  public WithingsCall with(String name, String value) {
    Map<String, String> more = new HashMap<>(fields);
    more.put(name, value);
    return new WithingsCall(path, more, accessToken);
  }

  /** The same call with a bearer token. */
  public WithingsCall bearing(String token) {
    return new WithingsCall(path, fields, token);
  }

  /** The header of that name. */
  public @Nullable String authorization() {
    return accessToken == null ? null : "Bearer " + accessToken;
  }

  /** The action that it requests. */
  public String action() {
    return fields.getOrDefault("action", "");
  }

  /**
   * Priority of the call.
   *
   * @param request priority of the sync request that makes the call; null outside a sync request
   */
  public Priority priority(@Nullable Priority request) {
    if (!action().equals("requesttoken")) {
      return request == null ? Priority.CONNECTION : request;
    }
    return fields.containsKey("code") ? Priority.CODE : Priority.LIVE;
  }

  /** The body as {@code application/x-www-form-urlencoded}, fields in alphabetical order. */
  public String form() {
    return fields.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** Only path and action, because the other fields may be secrets or health data. */
  @Override
  public String toString() {
    return path + " " + action();
  }
}
