package org.vitalroutes.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.convert.PeriodStyle;
import org.springframework.scheduling.support.CronExpression;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.events.WebhookSecret;
import org.vitalroutes.fhir.translate.AmbiguousOwner;
import org.vitalroutes.fhir.translate.ForeignData;
import org.vitalroutes.smart.SmartKeys;

/** Checks the settings before anything starts. Pure: takes a look-up, returns the problems. */
public final class SettingsCheck {

  /** Secrets shorter than this are refused: HMAC-SHA256 wants a key as long as its output. */
  static final int SECRET_BYTES = 32;

  private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

  /** With the wait for the budget it is shorter than the right to refresh a token pair. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

  /** Environment variable → property, in the order of docs/settings.md. */
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

  /** Environment variable → allowed values, for the settings that are not free text. */
  private static final Map<String, Type> TYPES = new TreeMap<>();

  static {
    TYPES.put("AMBIGUOUS_OWNER", choice("ambiguous-owner", AmbiguousOwner.class));
    TYPES.put(
        "AUDIT_RETENTION",
        new Type(
            "audit-retention", "P90D or longer, or P0D for ever", SettingsCheck::isAuditRetention));
    TYPES.put("CATCH_UP_EVERY", duration("catch-up-every"));
    TYPES.put("CIRCUIT_BREAKER_MAX_WAIT", duration("circuit-breaker.max-wait"));
    TYPES.put("CONNECT_CONFIRM", choice("connect.confirm", "true", "false"));
    TYPES.put("CONNECT_LINK_LIFETIME", duration("connect.link-lifetime"));
    TYPES.put("CONNECT_MODE", choice("connect.mode", ConnectSettings.Mode.class));
    TYPES.put("DEAD_LETTER_RETENTION", period("dead-letter-retention"));
    TYPES.put("DISPATCH_INTERVAL", duration("dispatch.interval"));
    TYPES.put("ECG_WAVEFORM", choice("ecg-waveform", "true", "false"));
    TYPES.put("EVENTS_INTERVAL", duration("events.interval"));
    TYPES.put("EVENTS_RETENTION", period("events.retention"));
    TYPES.put("FETCH_ACTIVITY_INTERVAL", duration("fetch.activity-interval"));
    TYPES.put("FETCH_BUDGET_TIMEOUT", duration("fetch.budget-timeout"));
    TYPES.put("FETCH_CALL_TIMEOUT", duration("fetch.call-timeout"));
    TYPES.put("FETCH_INTERVAL", duration("fetch.interval"));
    TYPES.put("FULL_READ_EVERY", duration("full-read-every"));
    TYPES.put("FETCH_WORKERS", number("fetch.workers"));
    TYPES.put("FHIR_PATIENT_CREATE", choice("fhir.patient-create", "true", "false"));
    TYPES.put("FHIR_PROVENANCE", choice("fhir.provenance", "true", "false"));
    TYPES.put("FHIR_VERSION", choice("fhir.version", "auto", "R4", "R4B", "R5"));
    TYPES.put("FHIR_CONCURRENCY", number("fhir.concurrency"));
    TYPES.put("FOREIGN_DATA", choice("foreign-data", ForeignData.class));
    TYPES.put("HISTORY", period("history"));
    TYPES.put("HTTP_BODY_TIMEOUT", duration("http.body-timeout"));
    TYPES.put("INBOX", choice("inbox", "postgresql", "kafka"));
    TYPES.put("INBOX_RETENTION", period("inbox-retention"));
    TYPES.put("INTRADAY", period("intraday"));
    TYPES.put("INTRADAY_HEART_RATES", choice("intraday-heart-rates", "true", "false"));
    TYPES.put("JWT_ANY_AUDIENCE", choice("jwt.any-audience", "true", "false"));
    TYPES.put("LEDGER_RETENTION", period("ledger-retention"));
    TYPES.put("ON_DISCONNECT", choice("on-disconnect", OnDisconnect.class));
    TYPES.put("SECURITY_LABELS", choice("security-labels", "true", "false"));
    TYPES.put("SHUTDOWN_DELAY", duration("shutdown.delay"));
    TYPES.put("SLEEP_STAGES", period("sleep-stages"));
    TYPES.put("SUBSCRIPTION_CHECK_EVERY", duration("subscription-check-every"));
    TYPES.put(
        "WITHINGS_SIGNATURE_ENCODING", choice("withings.signature-encoding", "hex", "base64"));
  }

  private SettingsCheck() {}

  /**
   * What a setting may hold.
   *
   * @param description how the problem puts it
   */
  private record Type(String property, String description, Predicate<String> allows) {}

  /** Every problem of the settings, empty when there is none. */
  public static List<String> problems(Function<String, @Nullable String> settings) {
    List<String> problems = new ArrayList<>();
    REQUIRED.forEach(
        (variable, property) -> {
          boolean linksOnly =
              property.equals("connect.redirect-uris")
                  && !blank(settings.apply("connect.page-name"));
          if (!linksOnly && blank(settings.apply(property))) {
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
    problems.addAll(fhirProblems(settings));
    String traces = settings.apply("traces-url");
    if (traces != null && !traces.isBlank() && !traces.matches("https?://[^/\\s]+/\\S*")) {
      problems.add("TRACES_URL must be a URL such as http://collector:4318/v1/traces");
    }
    if ("kafka".equals(settings.apply("inbox"))
        && blank(settings.apply("kafka.bootstrap-servers"))) {
      problems.add("KAFKA_BOOTSTRAP_SERVERS is missing, and INBOX is kafka");
    }
    events(settings, problems);
    String origins = settings.apply("connect.allowed-origins");
    if (origins != null
        && !origins.isBlank()
        && !List.of(origins.split(",", -1)).stream()
            .allMatch(origin -> origin.strip().matches("https?://[a-z0-9.-]+(:[0-9]+)?"))) {
      problems.add(
          "CONNECT_ALLOWED_ORIGINS must list origins, such as https://app.example.org, without a"
              + " path and without *");
    }
    Duration run = timeBetweenRuns(settings.apply("catch-up.cron"));
    if (isShorter(settings.apply("catch-up-every"), run)) {
      problems.add(
          "CATCH_UP_EVERY must be at least "
              + run
              + ": the search for accounts that are due (CATCH_UP_CRON) runs no more often");
    }
    if (isLonger(settings.apply("fetch.call-timeout"), LONGEST_CALL)) {
      problems.add(
          "FETCH_CALL_TIMEOUT must be at most 30s: the right to refresh tokens ends after 45, and"
              + " a call waits for up to 10 before it is made");
    }
    String budget = settings.apply("withings.requests-per-minute");
    if (budget != null && !budget.matches("0|[1-9][0-9]{1,3}")) {
      problems.add("WITHINGS_REQUESTS_PER_MINUTE must be a number from 10 to 9999, or 0 for none");
    }
    TYPES.forEach(
        (variable, type) -> {
          String value = settings.apply(type.property());
          if (value != null && !type.allows().test(value)) {
            problems.add(variable + " must be " + type.description());
          }
        });
    return problems;
  }

  private static void events(Function<String, @Nullable String> settings, List<String> problems) {
    String url = settings.apply("events.webhook-url");
    if (url != null && !url.isBlank()) {
      if (!url.matches("https?://[^/\\s]+(/\\S*)?")) {
        problems.add(
            "EVENTS_WEBHOOK_URL must be a URL such as https://receiver.example.org/events");
      }
      String secret = settings.apply("events.webhook-secret");
      if (secret == null || secret.isBlank()) {
        problems.add("EVENTS_WEBHOOK_SECRET is missing, and EVENTS_WEBHOOK_URL is set");
      } else if (WebhookSecret.isWeak(secret)) {
        problems.add("EVENTS_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64");
      }
    }
    String topic = settings.apply("events.kafka-topic");
    if (topic != null && !topic.isBlank()) {
      if (!topic.matches("[a-zA-Z0-9._-]{1,249}")) {
        problems.add("EVENTS_KAFKA_TOPIC must be a name of letters, digits, '.', '_' and '-'");
      }
      if (blank(settings.apply("kafka.bootstrap-servers"))) {
        problems.add("KAFKA_BOOTSTRAP_SERVERS is missing, and EVENTS_KAFKA_TOPIC is set");
      }
    }
  }

  private static Type choice(String property, String... values) {
    List<String> all = List.of(values);
    String last = all.get(all.size() - 1);
    return new Type(
        property, String.join(", ", all.subList(0, all.size() - 1)) + " or " + last, all::contains);
  }

  private static Type choice(String property, Class<? extends Enum<?>> type) {
    return choice(
        property,
        Stream.of(type.getEnumConstants())
            .map(each -> each.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new));
  }

  private static Type duration(String property) {
    return new Type(
        property, "a duration such as 30s or PT30S", parses(DurationStyle::detectAndParse));
  }

  private static Type period(String property) {
    return new Type(property, "a period such as P30D or P1Y", parses(PeriodStyle::detectAndParse));
  }

  private static Type number(String property) {
    return new Type(property, "a number from 1 to 9999", value -> value.matches("[1-9][0-9]{0,3}"));
  }

  private static Predicate<String> parses(Function<String, ?> parser) {
    return value -> {
      try {
        return parser.apply(value) != null;
      } catch (IllegalArgumentException e) {
        return false;
      }
    };
  }

  private static boolean isAuditRetention(String value) {
    if (!parses(PeriodStyle::detectAndParse).test(value)) {
      return false;
    }
    Period period = PeriodStyle.detectAndParse(value);
    return period.isZero() || LocalDate.EPOCH.plus(period).toEpochDay() >= 90;
  }

  /** Time between two runs of a schedule, a minute at most; a minute when it cannot be read. */
  private static Duration timeBetweenRuns(@Nullable String cron) {
    Duration minute = Duration.ofMinutes(1);
    if (cron == null || !CronExpression.isValidExpression(cron)) {
      return minute;
    }
    LocalDateTime any = LocalDate.EPOCH.atStartOfDay();
    CronExpression schedule = CronExpression.parse(cron);
    LocalDateTime first = schedule.next(any);
    LocalDateTime second = first == null ? null : schedule.next(first);
    Duration between = second == null ? minute : Duration.between(first, second);
    return between.compareTo(minute) < 0 ? between : minute;
  }

  /** False for text that is no duration, which the check of types refuses. */
  private static boolean isShorter(@Nullable String setting, Duration least) {
    Duration set = parsed(setting);
    return set != null && set.compareTo(least) < 0;
  }

  private static boolean isLonger(@Nullable String setting, Duration most) {
    Duration set = parsed(setting);
    return set != null && set.compareTo(most) > 0;
  }

  /** The duration of a setting; null when it is unset or none, which is told elsewhere. */
  private static @Nullable Duration parsed(@Nullable String setting) {
    try {
      return setting == null || setting.isBlank() ? null : DurationStyle.detectAndParse(setting);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static List<String> fhirProblems(Function<String, @Nullable String> settings) {
    List<String> problems = new ArrayList<>();
    String headers = settings.apply("fhir.headers");
    if (headers != null
        && !headers.lines().allMatch(line -> line.matches("\\s*|[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*"))) {
      problems.add("FHIR_HEADERS must hold a header on each line, as Name: value");
    }
    String key = settings.apply("fhir.oauth.private-key");
    boolean client = !blank(settings.apply("fhir.oauth.client-id"));
    if (client && blank(key) == blank(settings.apply("fhir.oauth.client-secret"))) {
      problems.add(
          "FHIR_OAUTH_CLIENT_ID needs FHIR_OAUTH_PRIVATE_KEY or FHIR_OAUTH_CLIENT_SECRET, and not"
              + " both");
    }
    if (key != null && !key.isBlank()) {
      try {
        SmartKeys.of(key);
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    long ways =
        Stream.of("fhir.oauth.client-id", "fhir.bearer-token", "fhir.username")
            .filter(each -> !blank(settings.apply(each)))
            .count();
    if (ways > 1) {
      problems.add(
          "only one of FHIR_OAUTH_CLIENT_ID, FHIR_BEARER_TOKEN and FHIR_USERNAME can be set");
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
