package org.vitalroutes.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.vitalroutes.fhir.translate.AmbiguousOwner;
import org.vitalroutes.testsupport.TestSettings;

class SettingsCheckTest {

  private static final String SECRET = "thirty-two bytes; no less.......";
  private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

  private static final Map<String, String> GOOD =
      Map.ofEntries(
          Map.entry("withings.client-id", "client"),
          Map.entry("withings.client-secret", "secret"),
          Map.entry("withings.webhook-secrets", SECRET),
          Map.entry("withings.signature-encoding", "hex"),
          Map.entry("connect.redirect-uris", "https://example.org/connected"),
          Map.entry("connect.mode", "bridge"),
          Map.entry("spring.datasource.url", "jdbc:postgresql://localhost/vitalroutes"),
          Map.entry("spring.datasource.username", "vitalroutes"),
          Map.entry("spring.datasource.password", "password"),
          Map.entry(
              "token-encryption-keyset",
              new TestSettings().variables().get("TOKEN_ENCRYPTION_KEYSET")),
          Map.entry("fhir.server-url", "http://localhost:8080/fhir"),
          Map.entry(JWT + "issuer-uri", "https://example.org"),
          Map.entry(JWT + "audiences", "vitalroutes"));

  @Test
  void good_settings_have_no_problem() {
    assertThat(SettingsCheck.problems(GOOD::get)).isEmpty();
  }

  @Test
  void every_missing_setting_is_named() {
    assertThat(SettingsCheck.problems(property -> null))
        .containsExactly(
            "WITHINGS_CLIENT_ID is missing",
            "WITHINGS_CLIENT_SECRET is missing",
            "WITHINGS_WEBHOOK_SECRETS is missing",
            "CONNECT_REDIRECT_URIS is missing",
            "SPRING_DATASOURCE_URL is missing",
            "SPRING_DATASOURCE_USERNAME is missing",
            "SPRING_DATASOURCE_PASSWORD is missing",
            "TOKEN_ENCRYPTION_KEYSET is missing",
            "FHIR_SERVER_URL is missing",
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI, _JWK_SET_URI or"
                + " _PUBLIC_KEY_LOCATION is missing",
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES is missing, and JWT_ANY_AUDIENCE"
                + " is not true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "withings.client-id",
        "withings.client-secret",
        "withings.webhook-secrets",
        "connect.redirect-uris",
        "spring.datasource.url",
        "spring.datasource.username",
        "spring.datasource.password",
        "token-encryption-keyset",
        "fhir.server-url",
        JWT + "issuer-uri",
        JWT + "audiences"
      })
  void an_empty_setting_is_a_missing_one(String property) {
    assertThat(problemsWith(property, " ")).hasSize(1).first().asString().contains(" is missing");
  }

  @Test
  void an_organisation_that_connects_users_by_links_only_has_no_redirect_uri() {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.put("connect.redirect-uris", "");
    settings.put("connect.page-name", "St. Anna Clinic");
    settings.put("connect.link-lifetime", "P7D");
    assertThat(SettingsCheck.problems(settings::get)).isEmpty();

    settings.put("connect.link-lifetime", "a week");
    assertThat(SettingsCheck.problems(settings::get))
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("CONNECT_LINK_LIFETIME must be a duration");
  }

  @Test
  void tokens_for_any_audience_are_accepted_only_when_that_is_set() {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.remove(JWT + "audiences");
    settings.put("jwt.any-audience", "true");
    assertThat(SettingsCheck.problems(settings::get)).isEmpty();

    settings.put("jwt.any-audience", "false");
    assertThat(SettingsCheck.problems(settings::get))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("_AUDIENCES is missing");

    settings.put(JWT + "audiences[0]", "vitalroutes");
    assertThat(SettingsCheck.problems(settings::get)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"issuer-uri", "jwk-set-uri", "public-key-location"})
  void one_way_to_verify_tokens_is_enough(String way) {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.remove(JWT + "issuer-uri");
    settings.put(JWT + way, "something");

    assertThat(SettingsCheck.problems(settings::get)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short",
        "thirty-two bytes; no less......",
        SECRET + ",short",
        "short," + SECRET,
        SECRET + ",",
        "," + SECRET,
        SECRET + ", ,",
        "                                        short"
      })
  void a_weak_secret_is_refused_and_not_repeated(String secrets) {
    assertThat(problemsWith("withings.webhook-secrets", secrets))
        .containsExactly("WITHINGS_WEBHOOK_SECRETS holds a secret of fewer than 32 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {SECRET, SECRET + "," + SECRET, " " + SECRET + " ", "éééééééééééééééé"})
  void a_strong_secret_is_accepted(String secrets) {
    assertThat(problemsWith("withings.webhook-secrets", secrets)).isEmpty();
  }

  @Test
  void polls_more_frequent_than_their_search_are_refused() {
    assertThat(problemsWith("catch-up-every", "PT30S"))
        .singleElement()
        .asString()
        .startsWith("CATCH_UP_EVERY must be at least PT1M");
    assertThat(problemsWith("catch-up-every", "PT1M")).isEmpty();

    Map<String, String> settings = new HashMap<>(GOOD);
    settings.put("catch-up-every", "PT3S");
    settings.put("catch-up.cron", "* * * * * ?");
    assertThat(SettingsCheck.problems(settings::get)).isEmpty();
  }

  /** Two workers would refresh one token pair, and the second ends the first. */
  @Test
  void a_call_that_may_outlive_the_right_to_refresh_is_refused() {
    assertThat(problemsWith("fetch.call-timeout", "PT31S"))
        .singleElement()
        .asString()
        .startsWith("FETCH_CALL_TIMEOUT must be at most 30s");
    assertThat(problemsWith("fetch.call-timeout", "PT30S")).isEmpty();
  }

  @Test
  void the_audit_trail_is_kept_for_ninety_days_at_least() {
    assertThat(problemsWith("audit-retention", "P89D"))
        .containsExactly("AUDIT_RETENTION must be P90D or longer, or P0D for ever");
    assertThat(problemsWith("audit-retention", "P3M")).isEmpty();
    assertThat(problemsWith("audit-retention", "P0D")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "https://a.example/e | none                                      | EVENTS_WEBHOOK_SECRET is missing, and EVENTS_WEBHOOK_URL is set",
        "https://a.example/e | whsec_c2hvcnQ=                            | EVENTS_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64",
        "https://a.example/e | whsec_not base64 at all, but long enough  | EVENTS_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64",
        "https://a.example/e | MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw          | EVENTS_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64",
        "a.example/e         | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw    | EVENTS_WEBHOOK_URL must be a URL such as https://receiver.example.org/events",
      })
  void events_without_a_good_url_and_secret_are_refused(String url, String secret, String problem) {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.put("events.webhook-url", url);
    settings.put("events.webhook-secret", secret);

    assertThat(SettingsCheck.problems(settings::get)).containsExactly(problem);
  }

  @Test
  void a_topic_for_events_needs_a_kafka() {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.put("events.kafka-topic", "events");
    assertThat(SettingsCheck.problems(settings::get))
        .containsExactly("KAFKA_BOOTSTRAP_SERVERS is missing, and EVENTS_KAFKA_TOPIC is set");

    settings.put("kafka.bootstrap-servers", "localhost:9092");
    settings.put("events.webhook-url", "https://a.example/e");
    settings.put("events.webhook-secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertThat(SettingsCheck.problems(settings::get)).isEmpty();
  }

  @Test
  void a_keyset_that_is_none_is_refused_and_not_repeated() {
    assertThat(problemsWith("token-encryption-keyset", "s3cret"))
        .containsExactly("TOKEN_ENCRYPTION_KEYSET cannot be read as a Tink AEAD keyset");
  }

  @ParameterizedTest
  @CsvSource({
    "connect.allowed-origins, '*', 'CONNECT_ALLOWED_ORIGINS must list origins, such as"
        + " https://app.example.org, without a path and without *'",
    "connect.mode, bride, CONNECT_MODE must be bridge or app",
    "connect.confirm, maybe, CONNECT_CONFIRM must be true or false",
    "connect.mode, '', CONNECT_MODE must be bridge or app",
    "on-disconnect, forget, 'ON_DISCONNECT must be keep, mark or delete'",
    "ambiguous-owner, ask, 'AMBIGUOUS_OWNER must be skip, hold or preliminary'",
    "traces-url, 'collector:4318', TRACES_URL must be a URL such as http://collector:4318/v1/traces",
    "foreign-data, both, FOREIGN_DATA must be skip or tag",
    "fetch.budget-timeout, soon, FETCH_BUDGET_TIMEOUT must be a duration such as 30s or PT30S",
    "fetch.workers, many, FETCH_WORKERS must be a number from 1 to 9999",
    "history, P1Q, HISTORY must be a period such as P30D or P1Y",
    "ecg-waveform, yes, ECG_WAVEFORM must be true or false",
    "withings.signature-encoding, HEX, WITHINGS_SIGNATURE_ENCODING must be hex or base64",
  })
  void a_value_of_the_wrong_type_is_refused_and_not_repeated(
      String property, String value, String problem) {
    assertThat(problemsWith(property, value)).containsExactly(problem);
  }

  @Test
  void every_choice_of_a_setting_is_accepted() {
    for (AmbiguousOwner owner : AmbiguousOwner.values()) {
      assertThat(problemsWith("ambiguous-owner", owner.name().toLowerCase(Locale.ROOT))).isEmpty();
    }
    assertThat(problemsWith("ambiguous-owner", "hold")).isEmpty();
    assertThat(
            new Binder(new MapConfigurationPropertySource(Map.of("ambiguous-owner", "hold")))
                .bind("ambiguous-owner", AmbiguousOwner.class)
                .get())
        .isEqualTo(AmbiguousOwner.HOLD);
  }

  private static List<String> problemsWith(String property, String value) {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.put(property, value);
    return SettingsCheck.problems(settings::get);
  }
}
