package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A test client: an application of the simulator. */
final class SimulatorClient {
  static final String CLIENT_ID = "MYCLIENTID";
  static final String CLIENT_SECRET = "MYSECRET";
  static final String REDIRECT_URI = "http://localhost/callback";
  static final String ALL_SCOPES = "user.info,user.metrics,user.activity";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final WithingsSimulator simulator;

  SimulatorClient(WithingsSimulator simulator) {
    this.simulator = simulator;
  }

  static SimulatorSettings settings() {
    return new SimulatorSettings(CLIENT_ID, CLIENT_SECRET, List.of(REDIRECT_URI))
        .requestsPerMinute(0)
        .retryTimeFactor(0);
  }

  /** Opens the consent page; returns the redirect or the refusal. */
  HttpResponse<String> authorize(String... namesAndValues) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", CLIENT_ID);
    query.put("redirect_uri", REDIRECT_URI);
    query.put("scope", ALL_SCOPES);
    query.put("state", "xyz");
    query.putAll(map(namesAndValues));
    query.values().removeIf(String::isEmpty);
    return send(request("/oauth2_user/authorize2?" + form(query)).GET().build());
  }

  String code(String... namesAndValues) {
    return location(authorize(namesAndValues)).getOrDefault("code", "");
  }

  static Map<String, String> location(HttpResponse<String> redirect) {
    URI uri = URI.create(redirect.headers().firstValue("Location").orElseThrow());
    return Call.decode(uri.getRawQuery());
  }

  JsonNode exchange(String code) {
    return call(
        "/v2/oauth2",
        null,
        "action",
        "requesttoken",
        "grant_type",
        "authorization_code",
        "client_id",
        CLIENT_ID,
        "client_secret",
        CLIENT_SECRET,
        "code",
        code,
        "redirect_uri",
        REDIRECT_URI);
  }

  JsonNode refresh(String refreshToken) {
    return call(
        "/v2/oauth2",
        null,
        "action",
        "requesttoken",
        "grant_type",
        "refresh_token",
        "client_id",
        CLIENT_ID,
        "client_secret",
        CLIENT_SECRET,
        "refresh_token",
        refreshToken);
  }

  /** Consents as this user; returns the body with the tokens. */
  JsonNode connect(long userid) {
    return connect(userid, ALL_SCOPES);
  }

  JsonNode connect(long userid, String scope) {
    JsonNode answer = exchange(code("demo_user", Long.toString(userid), "scope", scope));
    return answer.path("body");
  }

  /** An access token of this user. */
  String token(long userid) {
    return connect(userid).path("access_token").asText();
  }

  String token(long userid, String scope) {
    return connect(userid, scope).path("access_token").asText();
  }

  JsonNode getmeas(String token, String... namesAndValues) {
    List<String> all = new ArrayList<>(List.of("action", "getmeas"));
    all.addAll(List.of(namesAndValues));
    return call("/measure", token, all.toArray(String[]::new));
  }

  String nonce() {
    String timestamp = "1700000000";
    return call(
            "/v2/signature",
            null,
            "action",
            "getnonce",
            "client_id",
            CLIENT_ID,
            "timestamp",
            timestamp,
            "signature",
            Signatures.sign(CLIENT_SECRET, "getnonce", CLIENT_ID, timestamp))
        .path("body")
        .path("nonce")
        .asText();
  }

  JsonNode signed(String action, String nonce, String... namesAndValues) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "action",
                action,
                "client_id",
                CLIENT_ID,
                "nonce",
                nonce,
                "signature",
                Signatures.sign(CLIENT_SECRET, action, CLIENT_ID, nonce)));
    all.addAll(List.of(namesAndValues));
    return call("/v2/oauth2", null, all.toArray(String[]::new));
  }

  /** Calls the API; returns the envelope, which must come with HTTP 200. */
  JsonNode call(String path, @Nullable String token, String... namesAndValues) {
    HttpResponse<String> response = post(path, token, namesAndValues);
    if (response.statusCode() != 200) {
      throw new IllegalStateException("HTTP " + response.statusCode());
    }
    return Json.parse(response.body());
  }

  HttpResponse<String> post(String path, @Nullable String token, String... namesAndValues) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(map(namesAndValues))));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  /** Calls the control API. */
  HttpResponse<String> control(String method, String path, String json) {
    return send(
        request("/simulator" + path)
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  JsonNode controlJson(String method, String path, String json) {
    HttpResponse<String> response = control(method, path, json);
    if (response.statusCode() != 200) {
      throw new IllegalStateException("HTTP " + response.statusCode() + " " + response.body());
    }
    return Json.parse(response.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> map(String... namesAndValues) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  private static String form(Map<String, String> fields) {
    List<String> pairs = new ArrayList<>();
    fields.forEach(
        (name, value) -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return String.join("&", pairs);
  }
}
