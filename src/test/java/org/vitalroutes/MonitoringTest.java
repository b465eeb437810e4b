package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/**
 * The documented metrics, and those that rules and dashboard query, are exposed by a running
 * application whose FHIR server and Withings are down.
 */
class MonitoringTest {

  private static final Path FOLDER = Path.of("deploy/monitoring");

  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-z][a-zA-Z0-9_]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final Pattern MATCHER =
      Pattern.compile("([a-zA-Z_]+)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern SELECTOR =
      Pattern.compile("\\b([a-z_][a-zA-Z0-9_]*)\\b(?:\\{([^}]*)})?(?!\\s*\\()");
  private static final Pattern GROUPING = Pattern.compile("\\b(by|without)\\s*\\([^)]*\\)");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset");

  /** Prometheus' own. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  @TempDir static Path folder;

  static RunningVitalroutes vitalroutes;
  static List<Sample> samples;
  static Map<String, String> types;

  private record Sample(String name, Map<String, String> labels) {}

  @BeforeAll
  static void start() {
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                .set("FHIR_SERVER_URL", "http://name:password@localhost:1/fhir")
                .set("WITHINGS_API_URL", "http://localhost:1")
                .set("WITHINGS_REQUESTS_PER_MINUTE", "120")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    new UserTokens().writePublicKey(folder.resolve("key.pem")).toUri().toString()));
    for (String path : List.of(World.signedPath(4711), "/webhooks/withings/4711/wrong")) {
      RunningVitalroutes.send(
          vitalroutes
              .request(path)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("userid=4711&appli=1&startdate=1&enddate=2")));
    }
    String scrape = management("/actuator/prometheus").body();
    samples =
        SAMPLE
            .matcher(scrape)
            .results()
            .map(found -> new Sample(found.group(1), labels(found.group(2))))
            .toList();
    types = new TreeMap<>();
    TYPE.matcher(scrape).results().forEach(found -> types.put(found.group(1), found.group(2)));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  // ── docs/metrics.md ─────────────────────────────────────────────────────────────────────────

  @Test
  void the_page_lists_every_metric_of_ours_and_no_other() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    Pattern.compile("(?m)^\\| `(vitalroutes_\\w+)` \\| (\\w+) \\|([^|]*)(?:\\| [^|]+ ){3}\\|$")
        .matcher(Files.readString(Path.of("docs/metrics.md")))
        .results()
        .forEach(
            row ->
                listed.put(
                    row.group(1), row.group(2) + " " + row.group(3).replace("`", "").strip()));
    Map<String, String> exposed = new TreeMap<>();
    types.forEach(
        (name, type) -> {
          if (name.startsWith("vitalroutes_")) {
            exposed.put(name, type + " " + String.join(", ", labelNames(name)));
          }
        });

    assertThat(listed).isEqualTo(exposed);
  }

  private static Set<String> labelNames(String metric) {
    Set<String> names = new TreeSet<>();
    samples.stream()
        .filter(sample -> sample.name().replaceAll("_bucket$", "").equals(metric))
        .forEach(sample -> names.addAll(sample.labels().keySet()));
    names.remove("le");
    return names;
  }

  @Test
  void every_gauge_has_a_number_while_the_database_answers() {
    assertThat(management("/actuator/prometheus").body())
        .contains("vitalroutes_inbox_waiting ")
        .doesNotContainPattern("(?m)^vitalroutes_.* NaN$");
  }

  // ── Rules and dashboard ─────────────────────────────────────────────────────────────────────

  @Test
  void every_series_that_a_rule_asks_for_is_exposed() throws IOException {
    assertThat(rules().values()).isNotEmpty().allSatisfy(MonitoringTest::asksForWhatIsThere);
  }

  @Test
  void every_series_that_the_dashboard_asks_for_is_exposed() throws IOException {
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : dashboard().path("panels")) {
      panel.path("targets").forEach(target -> queries.add(target.path("expr").asText()));
    }

    assertThat(queries).hasSizeGreaterThan(20).allSatisfy(MonitoringTest::asksForWhatIsThere);
  }

  @Test
  void every_gauge_of_ours_is_shown() throws IOException {
    String shown = dashboard().toString();

    assertThat(types.keySet())
        .filteredOn(name -> name.startsWith("vitalroutes_") && !name.endsWith("_max"))
        .allSatisfy(name -> assertThat(shown).contains(name));
  }

  private static void asksForWhatIsThere(String query) {
    isBalanced(query);
    String bare = GROUPING.matcher(query).replaceAll("");
    List<String> asked = new ArrayList<>();
    Matcher selector = SELECTOR.matcher(bare);
    while (selector.find()) {
      String name = selector.group(1);
      if (!WORDS.contains(name) && !OF_PROMETHEUS.contains(name)) {
        asked.add(name);
        Map<String, Predicate<String>> wanted = matchers(name, selector.group(2));
        assertThat(samples)
            .as("%s of %s", selector.group(), query)
            .anySatisfy(
                sample -> {
                  assertThat(sample.name()).isEqualTo(name);
                  wanted.forEach(
                      (label, matches) ->
                          assertThat(sample.labels().get(label)).isNotNull().matches(matches));
                });
      }
    }
    assertThat(asked.isEmpty())
        .as("asks for something: %s", query)
        .isEqualTo(query.contains("up{"));
  }

  private static Map<String, Predicate<String>> matchers(String metric, String braces) {
    Map<String, Predicate<String>> wanted = new LinkedHashMap<>();
    MATCHER
        .matcher(braces == null ? "" : braces)
        .results()
        .forEach(
            found -> {
              Pattern value = Pattern.compile(found.group(3));
              boolean negated = found.group(2).startsWith("!");
              // This test causes no errors of the webhook endpoint.
              boolean any = metric.startsWith("http_") && found.group(1).equals("status");
              wanted.put(found.group(1), given -> any || value.matcher(given).matches() != negated);
            });
    return wanted;
  }

  private static void isBalanced(String query) {
    String open = "";
    for (char c : query.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "").toCharArray()) {
      int opening = "({[".indexOf(c);
      int closing = ")}]".indexOf(c);
      if (opening >= 0) {
        open += c;
      } else if (closing >= 0) {
        assertThat(open).as(query).endsWith("({[".substring(closing, closing + 1));
        open = open.substring(0, open.length() - 1);
      }
    }
    assertThat(open).as(query).isEmpty();
  }

  // ── docs/alerts.md ──────────────────────────────────────────────────────────────────────────

  @Test
  void every_alert_has_its_section_and_every_section_its_alert() throws IOException {
    String page = Files.readString(Path.of("docs/alerts.md"));
    Map<String, String> sections = new TreeMap<>();
    for (String section : page.split("(?m)^## ")) {
      sections.put(section.lines().findFirst().orElse(""), section);
    }
    sections.remove("# Alerts");

    assertThat(sections.keySet()).isEqualTo(rules().keySet());
    assertThat(sections.values())
        .allSatisfy(
            section ->
                assertThat(section)
                    .contains("**Means**", "**Look at**")
                    .containsIgnoringCase("**do**"));
  }

  @Test
  void every_rule_says_how_bad_it_is_and_in_a_sentence_what() throws IOException {
    for (JsonNode group : yaml("alerts.yaml").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
        assertThat(rule.at("/annotations/summary").asText()).contains(" ");
      }
    }
  }

  @Test
  void the_routes_that_the_pages_name_are_there() throws IOException {
    Set<String> routes = new TreeSet<>();
    samples.forEach(sample -> routes.add(sample.labels().getOrDefault("routeId", "of no route")));
    for (String page : List.of("alerts", "metrics")) {
      assertThat(
              Pattern.compile(
                      "`((?:receive|dispatch|fetch|call|translate|deliver|backfill|connect|tokens|disconnect)-[a-z-]+)`|routeId=\"([a-z-]+)\"")
                  .matcher(Files.readString(Path.of("docs", page + ".md")))
                  .results()
                  .map(found -> found.group(1) == null ? found.group(2) : found.group(1)))
          .isNotEmpty()
          .isSubsetOf(routes);
    }
  }

  @Test
  void what_compose_mounts_is_there() throws IOException {
    List<String> mounted =
        Pattern.compile("- \\./(deploy/[^:]+):/\\S+:ro")
            .matcher(Files.readString(Path.of("docker-compose.yml")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(mounted).hasSize(5).allSatisfy(file -> assertThat(Path.of(file)).isRegularFile());
    assertThat(yaml("prometheus.yaml").at("/scrape_configs/0/metrics_path").asText())
        .isEqualTo("/actuator/prometheus");
    assertThat(yaml("prometheus.yaml").at("/scrape_configs/0/job_name").asText())
        .isEqualTo("vitalroutes");
  }

  // ── Health ──────────────────────────────────────────────────────────────────────────────────

  @ParameterizedTest
  @CsvSource({
    "'', 200, UP",
    "/liveness, 200, UP",
    "/readiness, 200, UP",
    "/db, 200, UP",
    "/fhir, 200, UNREACHABLE",
    "/withings, 200, UNREACHABLE",
    "/destinations, 503, UNREACHABLE"
  })
  void a_server_that_is_down_is_named_and_notifications_are_still_accepted(
      String path, int code, String status) throws IOException {
    HttpResponse<String> answer = management("/actuator/health" + path);

    assertThat(answer.statusCode()).isEqualTo(code);
    assertThat(new ObjectMapper().readTree(answer.body()).path("status").asText())
        .isEqualTo(status);
    assertThat(answer.body()).doesNotContain("localhost", "password", "details", "PostgreSQL");
  }

  @Test
  void readiness_depends_on_the_database_and_on_no_other_server() throws IOException {
    JsonNode readiness =
        new ObjectMapper().readTree(management("/actuator/health/readiness").body());

    assertThat(readiness.path("components").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("db", "readinessState");
  }

  // ── What the tests above read ───────────────────────────────────────────────────────────────

  /** Alert → expression. */
  private static Map<String, String> rules() throws IOException {
    Map<String, String> rules = new TreeMap<>();
    for (JsonNode group : yaml("alerts.yaml").path("groups")) {
      group
          .path("rules")
          .forEach(rule -> rules.put(rule.path("alert").asText(), rule.path("expr").asText()));
    }
    return rules;
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("grafana/vitalroutes.json").toFile());
  }

  private static JsonNode yaml(String file) throws IOException {
    return new YAMLMapper().readTree(FOLDER.resolve(file).toFile());
  }

  private static Map<String, String> labels(String braces) {
    Map<String, String> labels = new LinkedHashMap<>();
    MATCHER
        .matcher(braces == null ? "" : braces)
        .results()
        .forEach(found -> labels.put(found.group(1), found.group(3)));
    return labels;
  }

  private static HttpResponse<String> management(String path) {
    return RunningVitalroutes.send(
        HttpRequest.newBuilder(URI.create(vitalroutes.managementUrl() + path)).GET());
  }
}
