package org.vitalroutes.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.TokenCipher;

/** What must be set before anything starts. Pure: takes a look-up, returns the problems. */
public final class SettingsCheck {

  /** Secrets shorter than this are refused: HMAC-SHA256 wants a key as long as its output. */
  static final int SECRET_BYTES = 32;

  private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

  /** Environment variable → property, in the order in which the README lists them. */
  private static final Map<String, String> REQUIRED =
      linked(
          "WITHINGS_CLIENT_ID", "withings.client-id",
          "WITHINGS_CLIENT_SECRET", "withings.client-secret",
          "WITHINGS_WEBHOOK_SECRETS", "withings.webhook-secrets",
          "CONNECT_REDIRECT_URIS", "connect.redirect-uris",
          "SPRING_DATASOURCE_URL", "spring.datasource.url",
          "SPRING_DATASOURCE_USERNAME", "spring.datasource.username",
          "SPRING_DATASOURCE_PASSWORD", "spring.datasource.password",
          "TOKEN_ENCRYPTION_KEYSET", "token-encryption-keyset",
          "FHIR_SERVER_URL", "fhir.server-url");

  private SettingsCheck() {}

  /** Every problem of the settings, empty when there is none. */
  public static List<String> problems(Function<String, @Nullable String> settings) {
    List<String> problems = new ArrayList<>();
    REQUIRED.forEach(
        (variable, property) -> {
          if (blank(settings.apply(property))) {
            problems.add(variable + " is missing");
          }
        });
    if (blank(settings.apply(JWT + "issuer-uri"))
        && blank(settings.apply(JWT + "jwk-set-uri"))
        && blank(settings.apply(JWT + "public-key-location"))) {
      problems.add(
          "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI, _JWK_SET_URI or"
              + " _PUBLIC_KEY_LOCATION is missing");
    }
    if (blank(settings.apply(JWT + "audiences"))
        && blank(settings.apply(JWT + "audiences[0]"))
        && !"true".equals(settings.apply("jwt.any-audience"))) {
      problems.add(
          "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES is missing, and JWT_ANY_AUDIENCE is"
              + " not true");
    }
    String secrets = settings.apply("withings.webhook-secrets");
    if (secrets != null && !secrets.isBlank()) {
      for (String secret : secrets.split(",", -1)) {
        if (secret.strip().getBytes(UTF_8).length < SECRET_BYTES) {
          problems.add(
              "WITHINGS_WEBHOOK_SECRETS holds a secret of fewer than " + SECRET_BYTES + " bytes");
          break;
        }
      }
    }
    String keyset = settings.apply("token-encryption-keyset");
    if (keyset != null && !keyset.isBlank()) {
      try {
        TokenCipher.of(keyset);
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    String mode = settings.apply("connect.mode");
    if (mode != null && !mode.equals("bridge") && !mode.equals("app")) {
      problems.add("CONNECT_MODE must be bridge or app");
    }
    String traces = settings.apply("traces-url");
    if (traces != null && !traces.isBlank() && !traces.matches("https?://[^/\\s]+/\\S*")) {
      problems.add("TRACES_URL must be a URL such as http://collector:4318/v1/traces");
    }
    String origins = settings.apply("connect.allowed-origins");
    if (origins != null
        && !origins.isBlank()
        && !List.of(origins.split(",", -1)).stream()
            .allMatch(origin -> origin.strip().matches("https?://[a-z0-9.-]+(:[0-9]+)?"))) {
      problems.add(
          "CONNECT_ALLOWED_ORIGINS must list origins, such as https://app.example.org, without a"
              + " path and without *");
    }
    String encoding = settings.apply("withings.signature-encoding");
    if (encoding != null && !encoding.equals("hex") && !encoding.equals("base64")) {
      problems.add("WITHINGS_SIGNATURE_ENCODING must be hex or base64");
    }
    String owner = settings.apply("ambiguous-owner");
    if (owner != null && !List.of("skip", "hold", "preliminary").contains(owner)) {
      problems.add("AMBIGUOUS_OWNER must be skip, hold or preliminary");
    }
    String foreign = settings.apply("foreign-data");
    if (foreign != null && !foreign.equals("skip") && !foreign.equals("tag")) {
      problems.add("FOREIGN_DATA must be skip or tag");
    }
    String onDisconnect = settings.apply("on-disconnect");
    if (onDisconnect != null && !onDisconnect.matches("keep|mark|delete")) {
      problems.add("ON_DISCONNECT must be keep, mark or delete");
    }
    String budget = settings.apply("withings.requests-per-minute");
    if (budget != null && !budget.matches("0|[1-9][0-9]{1,3}")) {
      problems.add("WITHINGS_REQUESTS_PER_MINUTE must be a number from 10 to 9999, or 0 for none");
    }
    return problems;
  }

  private static boolean blank(@Nullable String value) {
    return value == null || value.isBlank();
  }

  private static Map<String, String> linked(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
