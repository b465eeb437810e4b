package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.settings.SettingsCheck;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.yaml.snakeyaml.Yaml;

/**
 * The shipped files match the application: docker-compose.yml, .env.example, Dockerfile,
 * docs/settings.md and docs/variables.md.
 */
class DeploymentFilesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** {@code ${NAME}}, {@code ${NAME:-default}} or {@code ${NAME:?message}}; not {@code $$NAME}. */
  private static final Pattern INTERPOLATION =
      Pattern.compile("(?<!\\$)\\$\\{([A-Z0-9_]+)(?::([-?])([^}]*))?}");

  /** A variable and its default, which may be the name of another variable. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{([A-Z0-9_]+):(?:\\$\\{)?([^}]*?)(?::[^}]*(?=}}))?}");

  /** Settings that compose fixes: its database and the ports inside the container. */
  private static final Set<String> FIXED_IN_COMPOSE =
      Set.of(
          "SPRING_DATASOURCE_URL",
          "SPRING_DATASOURCE_USERNAME",
          "SPRING_DATASOURCE_PASSWORD",
          "SPRING_FLYWAY_USER",
          "SPRING_FLYWAY_PASSWORD",
          "SERVER_PORT",
          "MANAGEMENT_SERVER_PORT",
          "MANAGEMENT_SERVER_ADDRESS");

  /** A Markdown link or picture within the repository: its file and its anchor. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?![a-z]+:)([^)#]*)(?:#([^)]*))?\\)");

  private static final Pattern SECRET = Pattern.compile("PASSWORD|SECRET|KEYSET|BEARER_TOKEN");

  private final Map<String, Map<String, Object>> services = services();

  // ── docker-compose.yml ──────────────────────────────────────────────────────────────────────

  @Test
  void compose_gives_only_settings_that_exist() throws IOException {
    Set<String> settings = knownSettings();
    settings.addAll(Set.of("DATABASE_PASSWORD", "DATABASE_SERVICE_PASSWORD"));
    settings.add("FHIR_DATABASE_PASSWORD");

    assertThat(settings).containsAll(environment("vitalroutes").keySet());
  }

  @Test
  void what_compose_and_a_filled_in_example_give_is_enough_to_start() throws Exception {
    Map<String, Object> given = new LinkedHashMap<>();
    Map<String, String> filledIn = exampleVariables("");
    filledIn.put("TOKEN_ENCRYPTION_KEYSET", newKeyset());
    filledIn.replaceAll((name, value) -> value.isEmpty() ? "x".repeat(32) : value);
    given.putAll(inContainer(filledIn));

    assertThat(SettingsCheck.problems(lookup(given)::getProperty)).isEmpty();
  }

  /** Like Compose: the file's variables, overridden by those of {@code environment}. */
  private Map<String, String> inContainer(Map<String, String> file) {
    assertThat(services.get("vitalroutes")).containsEntry("env_file", ".env");
    Map<String, String> given = new TreeMap<>(file);
    environment("vitalroutes")
        .forEach((name, value) -> given.put(name, interpolated(value.toString(), file)));
    return given;
  }

  @Test
  void every_setting_in_the_env_file_reaches_the_container() throws IOException {
    Set<String> settings = new TreeSet<>(placeholders().keySet());
    settings.addAll(firstTwoColumns("docs/settings.md").keySet());
    settings.removeAll(FIXED_IN_COMPOSE);
    Map<String, String> file = new TreeMap<>();
    settings.forEach(name -> file.put(name, "set in .env: " + name));

    assertThat(inContainer(file)).containsAllEntriesOf(file);
  }

  @Test
  void passwords_of_other_services_do_not_reach_the_container() throws IOException {
    Map<String, String> file = exampleVariables("");
    file.replaceAll((name, value) -> "set in .env: " + name);

    assertThat(inContainer(file).get("FHIR_DATABASE_PASSWORD")).isEmpty();
    assertThat(inContainer(file).values()).doesNotContain("set in .env: FHIR_DATABASE_PASSWORD");
  }

  @Test
  void compose_and_the_example_name_the_same_variables() throws IOException {
    Set<String> named = new TreeSet<>();
    for (String service : services.keySet()) {
      environment(service)
          .forEach(
              (name, value) ->
                  INTERPOLATION
                      .matcher(value.toString())
                      .results()
                      .forEach(match -> named.add(match.group(1))));
    }
    Set<String> known = new TreeSet<>(named);
    known.addAll(placeholders().keySet());
    known.addAll(springSettings());

    assertThat(exampleVariables("(?:# )?").keySet()).containsAll(named);
    assertThat(known).containsAll(exampleVariables("(?:# )?").keySet());
  }

  @Test
  void a_default_that_the_example_shows_is_the_default() throws IOException {
    Map<String, String> shown = exampleVariables("# ");
    shown.keySet().removeIf(name -> name.startsWith("SPRING_SECURITY_"));
    Map<String, String> defaults = new TreeMap<>(placeholders());
    defaults.put("FHIR_SERVER_URL", defaultInCompose("FHIR_SERVER_URL"));
    defaults.keySet().retainAll(shown.keySet());

    assertThat(shown).isEqualTo(defaults);
  }

  @Test
  void nothing_runs_as_root_or_writes_to_its_root_file_system() {
    assertThat(services)
        .allSatisfy(
            (name, service) -> {
              assertThat((String) service.get("user")).matches("[1-9][0-9]*:[1-9][0-9]*");
              assertThat(service)
                  .containsEntry("read_only", true)
                  .containsEntry("cap_drop", List.of("ALL"))
                  .containsEntry("security_opt", List.of("no-new-privileges:true"));
              assertThat(list(service, "tmpfs")).contains("/tmp");
            });
  }

  /** A version's tag can be moved to other bytes, a digest cannot. */
  @Test
  void every_image_of_others_is_named_by_version_and_digest() throws IOException {
    List<String> images =
        Stream.concat(
                services.values().stream().map(service -> service.get("image").toString()),
                Files.readAllLines(Path.of("Dockerfile")).stream()
                    .filter(line -> line.startsWith("FROM "))
                    .map(line -> line.split(" ")[1]))
            .filter(image -> !image.equals("vitalroutes"))
            .toList();

    assertThat(images)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            image -> assertThat(image).matches("[a-z/-]+:v?\\d+\\.\\d+[^@]*@sha256:[0-9a-f]{64}"));
  }

  @Test
  void whatever_is_waited_for_has_a_health_check_and_must_be_healthy() {
    Set<String> waitedFor = new TreeSet<>();
    services.forEach(
        (name, service) ->
            map(service, "depends_on")
                .forEach(
                    (other, how) -> {
                      assertThat(how).isEqualTo(Map.of("condition", "service_healthy"));
                      waitedFor.add(other);
                    }));

    assertThat(waitedFor).containsExactly("database", "fhir", "fhir-database");
    assertThat(waitedFor)
        .allSatisfy(name -> assertThat(services.get(name)).containsKey("healthcheck"));
  }

  @Test
  void no_secret_stands_in_compose() {
    for (String service : services.keySet()) {
      environment(service)
          .forEach(
              (name, value) -> {
                if (SECRET.matcher(name).find() && !value.equals("")) {
                  assertThat(value.toString()).as(name).matches("\\$\\{[A-Z0-9_]+:\\?[^}]+}");
                }
              });
    }
  }

  @Test
  void only_this_machine_reaches_a_published_port() {
    assertThat(services.values().stream().flatMap(service -> list(service, "ports").stream()))
        .isNotEmpty()
        .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
  }

  // ── Dockerfile ──────────────────────────────────────────────────────────────────────────────

  @Test
  void the_image_runs_a_jre_as_the_user_of_compose() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("Dockerfile"));
    String runs = lines.stream().filter(line -> line.startsWith("FROM ")).reduce("", (a, b) -> b);

    assertThat(runs).containsPattern(":17[.0-9_]*-jre");
    assertThat(lines).contains("USER " + services.get("vitalroutes").get("user"));
    assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("HEALTHCHECK "));
  }

  /** The JVM does not report a missing archive. */
  @Test
  void the_image_starts_with_the_class_data_that_it_has_made() throws IOException {
    String script = "src/main/docker/archive-classes.sh";
    String archive = "-XX:SharedArchiveFile=vitalroutes.jsa";

    assertThat(read("Dockerfile"))
        .contains("source=" + script + ",", "src/main/docker/jvm.options", "\"@jvm.options\"");
    assertThat(read("src/main/docker/jvm.options")).contains(archive);
    assertThat(read(script)).contains(archive);
  }

  @Test
  void the_image_is_healthy_only_while_liveness_answers_200() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the check is for the image's bash");
    HttpServer management =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int[] status = {200};
    management.createContext(
        "/actuator/health/liveness",
        exchange -> {
          exchange.sendResponseHeaders(status[0], -1);
          exchange.close();
        });
    management.start();
    try {
      assertThat(healthCheck(management.getAddress().getPort())).isZero();
      status[0] = 503;
      assertThat(healthCheck(management.getAddress().getPort())).isNotZero();
    } finally {
      management.stop(0);
    }
    assertThat(healthCheck(RunningVitalroutes.freePort())).isNotZero();
  }

  private static int healthCheck(int port) throws Exception {
    Matcher command = Pattern.compile("HEALTHCHECK[^\\[]*CMD (\\[.*])").matcher(read("Dockerfile"));
    assertThat(command.find()).isTrue();
    List<String> words = List.of(JSON.readValue(command.group(1), String[].class));
    ProcessBuilder process = new ProcessBuilder(words).redirectErrorStream(true);
    process.environment().put("MANAGEMENT_SERVER_PORT", Integer.toString(port));
    return exitCode(process.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  // ── The keyset ──────────────────────────────────────────────────────────────────────────────

  @Test
  void a_new_keyset_encrypts_and_decrypts() throws Exception {
    String keyset = newKeyset();
    UUID account = UUID.randomUUID();

    byte[] encrypted = TokenCipher.of(keyset).encrypt("a token", account, "access_token");

    assertThat(TokenCipher.of(keyset).decrypt(encrypted, account, "access_token"))
        .isEqualTo("a token");
    assertThat(newKeyset()).isNotEqualTo(keyset);
  }

  @Test
  void a_key_added_as_primary_encrypts_and_the_old_one_still_decrypts() throws Exception {
    String before = newKeyset();
    UUID account = UUID.randomUUID();
    byte[] old = TokenCipher.of(before).encrypt("a token", account, "access_token");
    ObjectNode rotated = (ObjectNode) JSON.readTree(newKeyset());
    ((ArrayNode) rotated.get("key")).addAll((ArrayNode) JSON.readTree(before).get("key"));

    TokenCipher both = TokenCipher.of(rotated.toString());

    assertThat(both.decrypt(old, account, "access_token")).isEqualTo("a token");
    // Tink writes the id of the key into the first five bytes.
    assertThat(Arrays.copyOf(both.encrypt("a token", account, "access_token"), 5))
        .isNotEqualTo(Arrays.copyOf(old, 5));
  }

  static String newKeyset() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/dev/urandom")), "the script needs a Unix");
    Process script = new ProcessBuilder("sh", "src/main/scripts/new-keyset.sh").start();
    String keyset = new String(script.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(exitCode(script)).isZero();
    return keyset;
  }

  // ── docs/ ───────────────────────────────────────────────────────────────────────────────────

  @Test
  void the_settings_page_lists_every_setting_with_its_default_and_no_other() throws IOException {
    Set<String> required =
        SettingsCheck.problems(name -> null).stream()
            .filter(problem -> problem.matches("[A-Z0-9_]+ is missing"))
            .map(problem -> problem.substring(0, problem.indexOf(' ')))
            .collect(Collectors.toSet());
    Map<String, String> expected = new TreeMap<>();
    placeholders()
        .forEach(
            (name, otherwise) ->
                expected.put(
                    name,
                    required.contains(name)
                        ? "required"
                        : otherwise.isEmpty() ? "none" : "`" + otherwise + "`"));
    Map<String, String> listed = firstTwoColumns("docs/settings.md");
    Set<String> springs =
        listed.keySet().stream()
            .filter(name -> name.matches("(SPRING_(SECURITY|FLYWAY)|CAMEL_MAIN)_.*"))
            .collect(Collectors.toSet());

    assertThat(springSettings()).containsAll(springs);
    assertThat(read("src/main/resources/application.yaml")).contains(springs);
    listed.keySet().removeAll(springs);
    assertThat(listed).isEqualTo(expected);
  }

  @Test
  void the_variables_page_lists_the_variables_that_routes_use_and_no_other() throws IOException {
    Set<String> used = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".camel.yaml")).toList()) {
        collectVariables(new Yaml().load(Files.readString(file)), used);
      }
    }

    assertThat(firstTwoColumns("docs/variables.md").keySet()).isEqualTo(used);
  }

  private static void collectVariables(Object node, Set<String> found) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key.equals("setVariable")) {
              found.add((String) ((Map<?, ?>) value).get("name"));
            } else if (key.equals("variableSend") || key.equals("variableReceive")) {
              found.add((String) value);
            }
            collectVariables(value, found);
          });
    } else if (node instanceof List<?> list) {
      list.forEach(each -> collectVariables(each, found));
    }
  }

  /** The first two cells of each row whose first cell is code. */
  private static Map<String, String> firstTwoColumns(String page) throws IOException {
    Map<String, String> rows = new TreeMap<>();
    Pattern.compile("(?m)^\\| `([A-Za-z0-9_]+)` \\| ([^|]*) \\|")
        .matcher(read(page))
        .results()
        .forEach(row -> rows.put(row.group(1), row.group(2).strip()));
    return rows;
  }

  /** Finds links to missing files and headings. */
  @Test
  void every_link_of_the_pages_leads_somewhere() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("docs", "examples")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.forEach(pages::add);
      }
    }
    try (Stream<Path> files = Files.list(Path.of(""))) {
      files.forEach(pages::add);
    }
    pages.removeIf(path -> !path.toString().endsWith(".md"));
    List<String> broken = new ArrayList<>();
    for (Path page : pages) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        Path target = page.resolveSibling(link.group(1)).normalize();
        if (!link.group(1).isEmpty() && !Files.exists(target)) {
          broken.add(page + ": " + link.group());
        } else if (link.group(2) != null) {
          Path file = link.group(1).isEmpty() ? page : target;
          if (!anchors(file).contains(link.group(2))) {
            broken.add(page + ": " + link.group());
          }
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void every_class_that_the_page_about_withings_names_exists() throws IOException {
    Set<String> classes;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/org/vitalroutes"))) {
      classes = files.map(Path::toString).collect(Collectors.toSet());
    }
    assertThat(
            Pattern.compile("`([a-z]+)/([A-Z]\\w+)`").matcher(read("docs/withings.md")).results())
        .isNotEmpty()
        .allSatisfy(
            name ->
                assertThat(classes)
                    .as(name.group())
                    .anyMatch(
                        file ->
                            file.startsWith("src/main/java/org/vitalroutes/" + name.group(1) + "/")
                                && file.endsWith("/" + name.group(2) + ".java")));
  }

  /** The anchors of a page's headings, as GitHub derives them. */
  private static Set<String> anchors(Path page) throws IOException {
    return Pattern.compile("(?m)^#+ (.*)$")
        .matcher(Files.readString(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).strip())
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  // ── What the tests above read ───────────────────────────────────────────────────────────────

  /** Variable → default, of every placeholder in application.yaml. */
  private static Map<String, String> placeholders() throws IOException {
    return PLACEHOLDER
        .matcher(read("src/main/resources/application.yaml"))
        .results()
        .collect(
            Collectors.toMap(
                match -> match.group(1), match -> match.group(2), (a, b) -> a, TreeMap::new));
  }

  /** The variables of every setting that the libraries on the class path describe. */
  private static Set<String> springSettings() throws IOException {
    Set<String> variables = new TreeSet<>();
    List<URL> files =
        Collections.list(
            DeploymentFilesTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"));
    for (URL file : files) {
      for (JsonNode property : JSON.readTree(file).path("properties")) {
        String name = property.path("name").asText().toUpperCase(Locale.ROOT);
        variables.add(name.replaceAll("[.-]", "_"));
      }
    }
    return variables;
  }

  /** Variable → value, of the lines of .env.example that begin with a pattern. */
  private static Map<String, String> exampleVariables(String prefix) throws IOException {
    return Pattern.compile("(?m)^" + prefix + "([A-Z0-9_]+)=(.*)$")
        .matcher(read(".env.example"))
        .results()
        .collect(
            Collectors.toMap(
                match -> match.group(1), match -> match.group(2), (a, b) -> a, TreeMap::new));
  }

  /** Every variable that a deployment may set. */
  static Set<String> knownSettings() throws IOException {
    Set<String> settings = new TreeSet<>(placeholders().keySet());
    settings.addAll(springSettings());
    return settings;
  }

  static String userOfCompose() {
    return (String) services().get("vitalroutes").get("user");
  }

  private String defaultInCompose(String variable) {
    return environment("vitalroutes").values().stream()
        .filter(value -> value != null)
        .flatMap(value -> INTERPOLATION.matcher(value.toString()).results())
        .filter(match -> match.group(1).equals(variable))
        .map(match -> match.group(3))
        .findFirst()
        .orElseThrow();
  }

  private static String interpolated(String value, Map<String, String> variables) {
    return INTERPOLATION.matcher(value).replaceAll(match -> replacement(match, variables));
  }

  private static String replacement(MatchResult match, Map<String, String> variables) {
    String otherwise = "-".equals(match.group(2)) ? match.group(3) : "";
    return Matcher.quoteReplacement(variables.getOrDefault(match.group(1), otherwise));
  }

  private static StandardEnvironment lookup(Map<String, Object> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().remove("systemProperties");
    environment.getPropertySources().remove("systemEnvironment");
    environment
        .getPropertySources()
        .addFirst(new SystemEnvironmentPropertySource("compose-systemEnvironment", variables));
    return environment;
  }

  private Map<String, Object> environment(String service) {
    return map(services.get(service), "environment");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<String, Object> parent, String key) {
    return (Map<String, Object>) parent.getOrDefault(key, Map.of());
  }

  @SuppressWarnings("unchecked")
  private static List<String> list(Map<String, Object> parent, String key) {
    return (List<String>) parent.getOrDefault(key, List.of());
  }

  private static Map<String, Map<String, Object>> services() {
    try {
      Map<String, Map<String, Map<String, Object>>> compose =
          new Yaml().load(read("docker-compose.yml"));
      return compose.get("services");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
