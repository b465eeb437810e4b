package org.vitalroutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.testsupport.CapturedLogs;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RawConnection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/**
 * Hostile bytes on the public port are never answered 500, never quoted in a log, and never
 * displace good requests.
 */
@Order(1)
class HostileInputTest {

  /** A marker in all input of this test. */
  private static final String CANARY = "c4n4ry";

  private static final long USER = 4711;
  private static final String SIGNED = World.signedPath(USER);
  private static final String SIGNATURE = SIGNED.substring(SIGNED.lastIndexOf('/') + 1);
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String GOOD = "userid=" + USER + "&appli=1&deviceid=" + CANARY;

  /** A small number, so that an attack occupies all threads. */
  private static final int THREADS = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Headers that mean something in HTTP. */
  private static final Set<String> HTTPS_OWN =
      Set.of("Content-Encoding", "Content-Length", "Content-Type", "Host", "Transfer-Encoding");

  private static final Duration BODY_WITHIN = Duration.ofSeconds(3);

  @TempDir static Path folder;

  static String database;
  static RunningVitalroutes vitalroutes;
  static UserTokens tokens = new UserTokens();

  CapturedLogs logs;

  @BeforeAll
  static void start() {
    database = LocalPostgres.shared().newDatabase();
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", database)
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set("WITHINGS_API_URL", "http://localhost:1")
                .set("SERVER_TOMCAT_THREADS_MAX", Integer.toString(THREADS))
                .set("HTTP_THREADS", "2")
                .set("HTTP_QUEUE", "1")
                // Tomcat keeps counting a request whose client has disconnected.
                .set("SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE", "1s")
                .set("HTTP_BODY_TIMEOUT", BODY_WITHIN.toSeconds() + "s")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  @BeforeEach
  void listen() {
    logs = CapturedLogs.begin();
  }

  @AfterEach
  void it_is_quoted_nowhere_and_the_next_is_served() {
    try (CapturedLogs listening = logs) {
      await().untilAsserted(() -> assertThat(post(SIGNED, FORM, GOOD)).containsExactly(200));
    }
    assertThat(logs.lines())
        .noneMatch(line -> line.contains(CANARY))
        .noneMatch(line -> line.contains(SIGNATURE));
  }

  // ── The form ────────────────────────────────────────────────────────────────────────────────

  static Stream<Arguments> forms() {
    return Stream.of(
        arguments("nothing", "", 404),
        arguments("a user and nothing else", "userid=4711", 200),
        arguments("another user", "userid=4712&appli=1", 404),
        arguments("the user twice, the same", "userid=4711&userid=4711&appli=1", 200),
        arguments("the user twice, and different", "userid=4711&userid=4712&appli=1", 404),
        arguments("the user twice, the wrong first", "userid=4712&userid=4711&appli=1", 404),
        arguments("the user as an array", "userid[]=4711&appli=1", 404),
        arguments("the user in capitals", "USERID=4711&appli=1", 404),
        arguments("a leading zero", "userid=04711&appli=1", 404),
        arguments("a leading plus", "userid=%2B4711&appli=1", 404),
        arguments("a space", "userid=+4711&appli=1", 404),
        arguments("a hexadecimal number", "userid=0x1267&appli=1", 404),
        arguments("Arabic digits", "userid=%D9%A4%D9%A7%D9%A1%D9%A1&appli=1", 404),
        arguments("2^63", "userid=9223372036854775808&appli=1", 404),
        arguments("5,000 digits", "userid=" + "4".repeat(5000) + "&appli=1", 404),
        arguments("a NUL after the user", "userid=4711%00&appli=1", 404),
        arguments("a raw NUL", "userid=4711\0&appli=1", 404),
        arguments("a NUL in a category", "userid=4711&appli=1%00" + CANARY, 200),
        arguments("a raw NUL in a category", "userid=4711&appli=\0", 200),
        arguments("overlong UTF-8", "userid=4711&appli=%C0%B1&x=" + CANARY, 200),
        arguments("an overlong NUL", "userid=4711&appli=%C0%80", 200),
        arguments("half a surrogate", "userid=4711&appli=%ED%A0%80", 200),
        arguments("no UTF-8 at all", "userid=4711&deviceid=\u00ff\u00fe\u0080", 200),
        arguments("half an escape", "userid=4711&appli=%", 200),
        arguments("a bad escape", "userid=4711&appli=%zz" + CANARY, 200),
        arguments("an escape twice", "userid=4711&appli=%2531", 200),
        arguments("an escaped name", "%75serid=4711&appli=1", 200),
        arguments("an escaped separator", "userid=4711%26appli=1", 404),
        arguments("semicolons", "userid=4711;appli=1", 404),
        arguments("separators only", "&&&&====&&&&", 404),
        arguments("1,000 fields", "userid=4711&appli=1" + ("&" + CANARY + "=1").repeat(1000), 200),
        arguments("1,000 users", "userid=4711" + "&userid=4711".repeat(1000), 200),
        arguments("the user as field 1,001", "x=1&".repeat(1000) + "userid=4711", 404),
        arguments("category -1", "userid=4711&appli=-1", 200),
        arguments("category 0", "userid=4711&appli=0", 200),
        arguments("category 2^31", "userid=4711&appli=2147483648", 200),
        arguments("category 1e5", "userid=4711&appli=1e5", 200),
        arguments("a category of 5,000 digits", "userid=4711&appli=" + "1".repeat(5000), 200),
        arguments("a category twice", "userid=4711&appli=1&appli=46&action=delete", 200),
        arguments("times reversed", "userid=4711&appli=1&startdate=2000000000&enddate=1", 200),
        arguments("a time of 2^63", "userid=4711&appli=1&startdate=9223372036854775808", 200),
        arguments("a time of -1", "userid=4711&appli=1&startdate=-1&enddate=-1", 200),
        arguments("the year 9999", "userid=4711&appli=16&date=9999-12-31", 200),
        arguments("the year 0", "userid=4711&appli=16&date=0000-00-00", 200),
        arguments("a day that is none", "userid=4711&appli=16&date=2023-02-29", 200),
        arguments("SQL", "userid=4711&appli=1'%3B drop table notification--" + CANARY, 200),
        arguments("a look-up", "userid=4711&deviceid=${jndi:ldap://" + CANARY + "/a}", 200),
        arguments("a Camel expression", "userid=4711&deviceid=${camelId}${env:PATH}", 200),
        arguments("a line break", "userid=4711&deviceid=%0d%0aSet-Cookie: a=" + CANARY, 200),
        arguments("JSON", "{\"userid\":4711,\"appli\":1,\"x\":\"" + CANARY + "\"}", 404),
        arguments("XML", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", 404),
        arguments("a byte order mark", "\u00ef\u00bb\u00bfuserid=4711&appli=1", 404));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void a_form_at_a_signed_url_is_kept_when_it_names_the_user_and_not_found_when_not(
      String name, String form, int status) {
    long before = kept();

    assertThat(post(SIGNED, FORM, form)).containsExactly(status);

    assertThat(kept() - before).isEqualTo(status == 200 ? 1 : 0);
  }

  @Test
  void what_is_kept_is_what_was_sent_to_the_last_byte() {
    String odd = "userid=4711&appli=%C0%80&x=\u00ff\0\r\n&" + CANARY;

    assertThat(post(SIGNED, FORM, odd)).containsExactly(200);

    assertThat(
            vitalroutes
                .bean(JdbcClient.class)
                .sql("select body from notification order by id desc limit 1")
                .query((row, i) -> row.getBytes(1))
                .single())
        .isEqualTo(odd.getBytes(ISO_8859_1));
  }

  @Test
  void a_query_says_nothing_whatever_it_says() {
    assertThat(post(SIGNED + "?userid=4712&appli=46&action=delete&x=" + CANARY, FORM, GOOD))
        .containsExactly(200);
    assertThat(post(SIGNED + "?userid=4711", FORM, "appli=1")).containsExactly(404);
    assertThat(post(SIGNED + "?%", FORM, GOOD)).isSubsetOf(200, 400);
  }

  // ── Its type ────────────────────────────────────────────────────────────────────────────────

  static Stream<Arguments> types() {
    return Stream.of(
        arguments(FORM, 200),
        arguments(FORM + ";charset=UTF-8", 200),
        arguments(FORM + "; charset=utf-16", 200),
        arguments(FORM + "; charset=utf-7", 415),
        arguments("APPLICATION/X-WWW-FORM-URLENCODED", 200),
        arguments(FORM + "; charset=" + CANARY, 415),
        arguments(FORM + "; charset=\"", 415),
        arguments(null, 415),
        arguments("", 415),
        arguments(" ", 415),
        arguments(CANARY, 415),
        arguments("/", 415),
        arguments("*/*", 415),
        arguments("text/plain", 415),
        arguments("application/json", 415),
        arguments("application/xml", 415),
        arguments("application/x-java-serialized-object", 415),
        arguments("multipart/form-data; boundary=x", 415),
        arguments("multipart/form-data", 415),
        arguments(FORM + "," + FORM, 415),
        arguments("x".repeat(4000), 415),
        arguments("\u00ff\u00fe", 415));
  }

  @ParameterizedTest
  @MethodSource("types")
  void another_type_than_a_form_is_refused(String type, int status) {
    assertThat(post(SIGNED, type, GOOD)).containsExactly(status);
  }

  @Test
  void of_two_types_none_is_believed_to_be_a_form_by_chance() {
    assertThat(
            request(
                "POST " + SIGNED,
                GOOD,
                "Content-Type: text/plain",
                "Content-Type: " + FORM,
                "Content-Length: " + GOOD.length()))
        .containsExactly(415);
  }

  @Test
  void a_compressed_body_is_not_unpacked() {
    byte[] bomb = zeroes(50_000_000);

    assertThat(bomb).hasSizeLessThan(64 * 1024);
    assertThat(
            connection()
                .say(head("POST " + SIGNED, FORM, bomb.length, "Content-Encoding: gzip"))
                .say(bomb)
                .end()
                .statuses())
        .containsExactly(404);
  }

  // ── The signature header ────────────────────────────────────────────────────────────────────

  static Stream<String> signatures() {
    String hex = "0123456789abcdef".repeat(4);
    return Stream.of(
        "",
        ",",
        "0",
        hex,
        hex + "0",
        hex.substring(1),
        hex.toUpperCase(Locale.ROOT),
        "sha256=" + hex,
        "sha256=sha256=" + hex,
        "sha512=" + hex,
        CANARY,
        "\u00ff\u00fe\u00e9",
        "%00",
        "${" + CANARY + "}",
        "(hex)",
        "'or''='",
        "a".repeat(4000),
        ",".repeat(4000));
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void a_forged_signature_is_refused_and_nothing_is_kept(String signature) {
    long before = kept();

    assertThat(post("/webhooks/withings", FORM, GOOD, "X-Withings-Signature: " + signature))
        .containsExactly(401);

    assertThat(kept()).isEqualTo(before);
  }

  @Test
  void a_refusal_is_the_same_to_the_byte_whatever_was_wrong() {
    assertThat(
            signatures()
                .map(
                    signature ->
                        answer("/webhooks/withings", GOOD, "X-Withings-Signature: " + signature))
                .distinct())
        .hasSize(1);
    assertThat(
            Stream.of(
                    answer("/webhooks/withings/4711/" + CANARY, GOOD),
                    answer("/webhooks/withings/4712/" + SIGNATURE, GOOD),
                    answer("/webhooks/withings/x/" + SIGNATURE, GOOD),
                    answer(SIGNED, "userid=4712&appli=1"))
                .distinct())
        .hasSize(1);
  }

  @Test
  void no_page_calls_the_api_from_a_browser_unless_it_is_set() {
    String origin = "Origin: https://app.example.org";

    assertThat(answer("GET /livez", "", List.of(origin))).doesNotContain("Access-Control-Allow");
    assertThat(
            answer(
                "OPTIONS /api/connected-accounts",
                "",
                List.of(origin, "Access-Control-Request-Method: GET")))
        .startsWith("HTTP/1.1 403")
        .doesNotContain("Access-Control-Allow");
  }

  @Test
  void a_hundred_signatures_are_refused() {
    String[] lines =
        IntStream.range(0, 90).mapToObj(i -> "X-Withings-Signature: " + i).toArray(String[]::new);

    assertThat(post("/webhooks/withings", FORM, GOOD, lines)).containsExactly(401);
    assertThat(post("/webhooks/withings", FORM, GOOD, many(lines, 3))).isSubsetOf(400, 401);
  }

  // ── Steering ────────────────────────────────────────────────────────────────────────────────

  /** Every HTTP consumer of the routes, and two paths that are none. */
  static Stream<String> endpoints() {
    return Stream.concat(
        vitalroutes.bean(CamelContext.class).getRoutes().stream()
            .map(Route::getEndpoint)
            .filter(PlatformHttpEndpoint.class::isInstance)
            .map(PlatformHttpEndpoint.class::cast)
            .flatMap(
                consumer ->
                    Stream.of(consumer.getHttpMethodRestrict().split(","))
                        .map(method -> method + " " + filledIn(consumer.getPath()))),
        Stream.of("GET /livez", "GET /unknown"));
  }

  private static String filledIn(String path) {
    return path.contains("{signature}")
        ? SIGNED
        : path.replace("{provider}", "withings").replace("{id}", "1").replaceAll("[{}]", "");
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void names_that_camel_and_its_components_read_change_nothing(String endpoint) throws Exception {
    List<String> names = namesOfCamel();
    assertThat(names)
        .hasSizeGreaterThan(150)
        .contains("CamelHttpUri", "kafka.OVERRIDE_TOPIC", "CamelJdbcParameters", "CamelFhir.url");
    String plain = withoutWhatDiffers(steered(endpoint, List.of(), "", 0));

    for (int start = 0; start < names.size(); start += 40) {
      List<String> some = names.subList(start, Math.min(start + 40, names.size()));
      List<String> lines =
          some.stream()
              .flatMap(name -> Stream.of(name, inAnotherCase(name)))
              .map(name -> name + ": 418")
              .toList();
      String query =
          some.stream().map(name -> name + "=418").collect(Collectors.joining("&", "?", ""));

      String steered = steered(endpoint, lines, query, start + 1);

      assertThat(withoutWhatDiffers(steered)).isEqualTo(plain);
      assertThat(steered).doesNotContain("Camel", "kafka.");
    }
  }

  private static String steered(String endpoint, List<String> headers, String query, int caller) {
    boolean webhook = endpoint.contains("/webhooks");
    boolean post = endpoint.startsWith("POST");
    String body = webhook ? GOOD : "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}";
    List<String> all = new ArrayList<>(headers);
    all.add("Content-Type: " + (webhook ? FORM : "application/json"));
    if (post) {
      all.add("Content-Length: " + body.length());
    }
    if (endpoint.contains("/api/") && !endpoint.contains("callback")) {
      // Several callers, as one may begin only so many connections.
      all.add("Authorization: Bearer " + tokens.ofOperatorForADay("anna-" + caller));
    }
    String answer = answer(endpoint + query, post ? body : "", all);
    // On a busy disk the commit may be late.
    for (int i = 0; i < 5 && webhook && answer.startsWith("HTTP/1.1 503"); i++) {
      answer = answer(endpoint + query, post ? body : "", all);
    }
    return answer;
  }

  private static String inAnotherCase(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.equals(lower) ? name.toUpperCase(Locale.ROOT) : lower;
  }

  /**
   * The constants of Camel, the headers that its components document, the options of camel-fhir,
   * each of which is a header too, and the names of parts of our paths.
   */
  private static List<String> namesOfCamel() throws Exception {
    Set<String> names = new TreeSet<>();
    for (Field constant : Exchange.class.getFields()) {
      if (constant.getType() == String.class) {
        names.add((String) constant.get(null));
      }
    }
    CatalogCamelContext camel = (CatalogCamelContext) vitalroutes.bean(CamelContext.class);
    Set<String> components = new TreeSet<>(camel.getComponentNames());
    // Some are made when they are first used.
    components.addAll(List.of("fhir", "http", "jdbc", "kafka"));
    for (String component : components) {
      JsonNode described = JSON.readTree(camel.getComponentParameterJsonSchema(component));
      described.path("headers").fieldNames().forEachRemaining(names::add);
      if (component.equals("fhir")) {
        described
            .path("properties")
            .fieldNames()
            .forEachRemaining(name -> names.add("CamelFhir." + name));
      }
    }
    names.addAll(List.of("CamelFhir.url", "operation", "org.apache.camel.http.response"));
    names.addAll(List.of("userid", "signature", "provider", "id", "token"));
    names.removeAll(HTTPS_OWN);
    return List.copyOf(names);
  }

  private static String withoutWhatDiffers(String answer) {
    return answer
        .replaceAll("(?m)^(Date|Expires):.*$", "")
        .replaceAll("state=[A-Za-z0-9_-]+|\"state\":\"[^\"]+\"", "")
        // What is counted, and since when, differs from moment to moment.
        .replaceAll("(?<=:)(null|[0-9.]+|\"[0-9T:.-]+Z\")|(?m)^[0-9a-f]+$", "")
        .replaceAll("\\[[0-9,]*]", "[]")
        .replaceAll("\"breakers\":.*,\"events\"", "");
  }

  // ── The bytes of HTTP ───────────────────────────────────────────────────────────────────────

  /**
   * Each tries to hide a second request, for {@code /livez}, in the body or the head of the first.
   * An answer of 200 beside the first would be the hidden one's.
   */
  static Stream<Arguments> smuggled() {
    String hidden = "GET /livez?" + CANARY + " HTTP/1.1\r\nHost: x\r\n\r\n";
    String post = "POST /webhooks/withings HTTP/1.1\r\nHost: x\r\nContent-Type: " + FORM + "\r\n";
    String chunked = "0\r\n\r\n" + hidden;
    int length = chunked.length();
    String old = post.replace("1.1", "1.0");
    String kept = "Connection: keep-alive\r\n";
    return Stream.of(
        arguments(
            "a length and chunks",
            post
                + "Content-Length: "
                + length
                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunked),
        arguments(
            "chunks and a length",
            post
                + "Transfer-Encoding: chunked\r\nContent-Length: "
                + length
                + "\r\n\r\n"
                + chunked),
        arguments("two lengths", post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden),
        arguments("two lengths in one", post + "Content-Length: 0, 5\r\n\r\n" + hidden),
        arguments("a signed length", post + "Content-Length: +0\r\n\r\n" + hidden),
        arguments("a negative length", post + "Content-Length: -1\r\n\r\n" + hidden),
        arguments("a hexadecimal length", post + "Content-Length: 0x0\r\n\r\n" + hidden),
        arguments(
            "a length of 2^64", post + "Content-Length: 18446744073709551616\r\n\r\n" + hidden),
        arguments("a length that is no number", post + "Content-Length: a\r\n\r\n" + hidden),
        arguments("an unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n" + chunked),
        arguments(
            "chunked twice",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n" + chunked),
        arguments(
            "chunked before identity",
            post + "Transfer-Encoding: chunked, identity\r\n\r\n" + chunked),
        arguments(
            "a space before the colon", post + "Content-Length : " + length + "\r\n\r\n" + chunked),
        arguments(
            "a tab in the coding",
            post
                + "Content-Length: "
                + length
                + "\r\nTransfer-Encoding:\u000bchunked\r\n\r\n"
                + chunked),
        arguments("a bare CR in a header", post + "X: a\rContent-Length: 0\r\n\r\n" + hidden),
        arguments("a NUL in a header", post + "X: a\0b\r\nContent-Length: 0\r\n\r\n" + hidden),
        arguments(
            "a chunk size of letters",
            post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + hidden),
        arguments(
            "a chunk size too large",
            post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + hidden),
        arguments(
            "a negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + hidden),
        arguments(
            "a chunk longer than its size",
            post + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n" + hidden),
        arguments(
            "chunks in HTTP/1.0",
            post.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n" + chunked),
        arguments(
            "chunks in HTTP/1.0 on a connection that is kept",
            old + kept + "Transfer-Encoding: chunked\r\n\r\n" + chunked),
        arguments(
            "chunks and a length in HTTP/1.0",
            old
                + kept
                + "Content-Length: "
                + length
                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunked),
        arguments(
            "chunks and no length in HTTP/1.0",
            old + kept + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked),
        arguments(
            "chunks in capitals in HTTP/1.0",
            old + kept + "TRANSFER-ENCODING: CHUNKED\r\n\r\n" + chunked),
        arguments(
            "an unknown coding in HTTP/1.0",
            old + kept + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked),
        arguments(
            "identity in HTTP/1.0", old + kept + "Transfer-Encoding: identity\r\n\r\n" + hidden),
        arguments(
            "chunked two times in one",
            post + "Transfer-Encoding: chunked, chunked\r\n\r\n" + chunked),
        arguments(
            "identity and chunked",
            post + "Transfer-Encoding: identity, chunked\r\n\r\n" + chunked),
        arguments("a quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n" + chunked),
        arguments(
            "a coding with a parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n" + chunked),
        arguments("a coding after a NUL", post + "Transfer-Encoding: \0chunked\r\n\r\n" + chunked),
        arguments(
            "a space before the coding's colon",
            post + "Transfer-Encoding : chunked\r\n\r\n" + chunked),
        arguments(
            "a hexadecimal chunk size with a prefix",
            post + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + hidden),
        arguments(
            "a chunk size with a space before",
            post + "Transfer-Encoding: chunked\r\n\r\n 0\r\n\r\n" + hidden),
        arguments(
            "a chunk size that a CR alone ends",
            post + "Transfer-Encoding: chunked\r\n\r\n0\r\r" + hidden),
        arguments("no host", "POST /webhooks/withings HTTP/1.1\r\n\r\n" + hidden),
        arguments(
            "two hosts", "POST /webhooks/withings HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + hidden),
        arguments("a space in the path", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n" + hidden),
        arguments("no version", "GET /" + CANARY + "\r\nHost: x\r\n\r\n" + hidden),
        arguments("version 9", "GET / HTTP/9.9\r\nHost: x\r\n\r\n" + hidden),
        arguments("a bad method", "G\u00cbT / HTTP/1.1\r\nHost: x\r\n\r\n" + hidden),
        arguments("TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + hidden),
        arguments("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + hidden),
        arguments(
            "an upgrade",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nContent-Length: 1\r\n\r\n"),
        arguments(
            "a head of 1 MB",
            "GET / HTTP/1.1\r\nHost: x\r\nX: " + CANARY.repeat(170_000) + "\r\n\r\n" + hidden),
        arguments(
            "10,000 headers",
            "GET / HTTP/1.1\r\nHost: x\r\n" + "X: 1\r\n".repeat(10_000) + "\r\n" + hidden),
        arguments(
            "a path of 1 MB",
            "GET /" + CANARY.repeat(170_000) + " HTTP/1.1\r\nHost: x\r\n\r\n" + hidden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smuggled")
  void no_second_request_hides_in_the_first(String name, String bytes) {
    try (RawConnection connection = connection()) {
      List<Integer> statuses = connection.say(bytes).end().statuses();

      assertThat(statuses).doesNotContain(200, 500).hasSizeLessThanOrEqualTo(1);
    }
  }

  /** A folded line belongs to the header before it (RFC 9112, 5.2), so this one has no length. */
  @Test
  void a_folded_line_is_no_header_of_its_own() {
    assertThat(
            connection()
                .say(
                    "POST /webhooks/withings HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                        + "X: a\r\n Content-Length: 20\r\n\r\n"
                        + "no request at all\r\n\r\n")
                .end()
                .statuses())
        .isSubsetOf(400, 415);
  }

  /** A recipient may take a line feed alone for the end of a line (RFC 9112, 2.2). */
  @Test
  void line_feeds_alone_end_lines_and_hide_nothing() {
    String body = "GET /livez HTTP/1.1\nHost: x\n\n";

    assertThat(
            connection()
                .say(
                    "POST /webhooks/withings HTTP/1.1\nHost: x\nContent-Type: text/plain\n"
                        + "Content-Length: "
                        + body.length()
                        + "\n\n"
                        + body)
                .end()
                .statuses())
        .isSubsetOf(400, 415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/",
        "/webhooks/withings/..%2f..%2fapi",
        "/webhooks/withings/..;/..;/api",
        "/webhooks//withings",
        "/webhooks/withings/%00/x",
        "/webhooks/withings/4711/%c0%af",
        "/webhooks/withings/4711/%ff",
        "/webhooks/withings/4711/%",
        "/webhooks/withings/4711/%5c",
        "/webhooks/withings/4711/%25%32%66",
        "/webhooks/withings/4711/{signature}",
        "/webhooks/withings/4711/%0d%0aSet-Cookie:%20a=b",
        "/webhooks/withings/4711/${jndi:ldap:x}",
        "http://localhost/webhooks/withings/4711/x",
        "*"
      })
  void an_odd_path_is_refused_with_a_body_in_one_piece_and_in_two(String path) {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
            + FORM
            + "\r\nContent-Length: "
            + GOOD.length()
            + "\r\n\r\n";
    for (int cut : new int[] {0, 5}) {
      RawConnection connection = connection().say(head + GOOD.substring(0, GOOD.length() - cut));
      if (cut > 0) {
        awaitTaken();
      }
      List<Integer> statuses = connection.say(GOOD.substring(GOOD.length() - cut)).statuses();

      assertThat(statuses).hasSize(1).isSubsetOf(400, 401, 404);
    }
  }

  // ── Size and time ───────────────────────────────────────────────────────────────────────────

  @Test
  void a_body_of_64_KiB_is_taken_and_one_byte_more_is_not() {
    String most = GOOD + "&x=" + "a".repeat(64 * 1024 - GOOD.length() - 3);

    assertThat(post(SIGNED, FORM, most)).containsExactly(200);
    assertThat(post(SIGNED, FORM, most + "a")).containsExactly(413);
    assertThat(chunked(SIGNED, most)).containsExactly(200);
    assertThat(chunked(SIGNED, most + "a")).containsExactly(413);
    assertThat(post("/api/connected-accounts", FORM, most + "a")).containsExactly(413);
    assertThat(post("/api/operations/translate", FORM, most + "a"))
        .as("a Withings reply may be larger, and is an operator's")
        .containsExactly(401);
    assertThat(connection().say(head("POST /api/operations/translate", FORM, 5 << 20)).statuses())
        .containsExactly(413);
  }

  @Test
  void a_body_of_100_MB_is_refused_after_the_first_of_it() {
    byte[] chunk = ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(UTF_8);

    for (String path : List.of(SIGNED, "/webhooks/withings", "/api/connected-accounts", "/x")) {
      try (RawConnection connection = connection()) {
        connection.say(
            "POST "
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: "
                + FORM
                + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        // The network's buffers hold bytes that were sent but never read.
        assertThat(connection.repeat(chunk, 1_600)).isLessThan(20_000_000);
      }
    }
  }

  @Test
  void a_length_that_is_a_lie_is_refused() {
    assertThat(connection().say(head("POST " + SIGNED, FORM, 100) + GOOD).end().statuses())
        .isSubsetOf(400);
    assertThat(connection().say(head("POST " + SIGNED, FORM, 1 << 30) + GOOD).statuses())
        .containsExactly(413);
    assertThat(connection().say(head("POST " + SIGNED, FORM, 11) + GOOD).end().statuses())
        .as("the rest is no request")
        .isSubsetOf(200, 400);
  }

  @Test
  void a_body_that_comes_byte_by_byte_is_taken_whole() {
    RawConnection connection = connection().say(head("POST " + SIGNED, FORM, GOOD.length()));
    for (char each : GOOD.toCharArray()) {
      connection.say(String.valueOf(each));
    }

    assertThat(connection.statuses()).containsExactly(200);
  }

  @Test
  void a_token_counts_when_the_body_comes_late() {
    String body = "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}";
    RawConnection connection =
        connection()
            .say(
                head(
                    "POST /api/connected-accounts/withings/oauth/initiate/",
                    "application/json",
                    body.length(),
                    "Authorization: Bearer " + tokens.of("anna")));
    awaitTaken();

    assertThat(connection.say(body).statuses()).containsExactly(200);
  }

  /**
   * Four times as many slow bodies as threads occupy none of them; a good request does not wait.
   */
  @Test
  void however_many_bodies_trickle_in_good_requests_are_served_at_once() {
    List<RawConnection> slow = new ArrayList<>();
    for (int i = 0; i < 4 * THREADS; i++) {
      String path = i % 2 == 0 ? SIGNED : "/api/connected-accounts/withings/oauth/initiate";
      slow.add(connection().say(head("POST " + path, FORM, 1000) + CANARY));
    }
    awaitTaken();

    for (int i = 0; i < 20; i++) {
      Instant asked = Instant.now();
      assertThat(post(SIGNED, FORM, GOOD)).containsExactly(200);
      assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(2));
    }

    assertThat(slow.stream().flatMap(connection -> connection.statuses().stream()))
        .as("each is told that it was too slow, and its connection is closed")
        .hasSize(4 * THREADS)
        .containsOnly(408);
    slow.forEach(RawConnection::close);
  }

  @Test
  void when_every_thread_is_taken_and_the_queue_is_full_it_asks_to_come_again() throws Exception {
    try (Connection locked = DriverManager.getConnection(database, "postgres", "postgres");
        Statement statement = locked.createStatement()) {
      locked.setAutoCommit(false);
      statement.execute("lock table notification in access exclusive mode");
      List<RawConnection> many =
          IntStream.range(0, 12)
              .mapToObj(i -> connection().say(head("POST " + SIGNED, FORM, GOOD.length()) + GOOD))
              .toList();

      assertThat(many.stream().flatMap(connection -> connection.statuses().stream()))
          .hasSize(12)
          .containsOnly(503);
      many.forEach(RawConnection::close);
    }
  }

  // ── How it is sent ──────────────────────────────────────────────────────────────────────────

  private static RawConnection connection() {
    return RawConnection.to(vitalroutes.url());
  }

  /** Waits a round trip, until the sent bytes have been read and a thread could wait for more. */
  private static void awaitTaken() {
    for (int i = 0; i < 3; i++) {
      assertThat(vitalroutes.get("/livez").statusCode()).isEqualTo(200);
    }
  }

  private static List<Integer> post(String path, String type, String body, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("Content-Length: " + body.length());
    if (type != null) {
      headers.add("Content-Type: " + type);
    }
    List<Integer> statuses = request("POST " + path, body, headers.toArray(String[]::new));
    // On a busy disk the commit may be late; the notification is sent again, as Withings does.
    for (int i = 0; i < 5 && statuses.equals(List.of(503)); i++) {
      statuses = request("POST " + path, body, headers.toArray(String[]::new));
    }
    return statuses;
  }

  private static List<Integer> chunked(String path, String body) {
    return request(
        "POST " + path,
        Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n",
        "Content-Type: " + FORM,
        "Transfer-Encoding: chunked");
  }

  private static List<Integer> request(String line, String body, String... headers) {
    try (RawConnection connection = connection()) {
      return connection.say(request(line, List.of(headers)) + body).statuses();
    }
  }

  private static String answer(String path, String form, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("Content-Length: " + form.length());
    headers.add("Content-Type: " + FORM);
    return answer("POST " + path, form, headers).replaceAll("(?m)^Date:.*$", "");
  }

  private static String answer(String line, String body, List<String> headers) {
    try (RawConnection connection = connection()) {
      return connection.say(request(line, headers) + body).answer();
    }
  }

  private static String head(String line, String type, int length, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("Content-Type: " + type);
    headers.add("Content-Length: " + length);
    return request(line, headers);
  }

  private static String request(String line, List<String> headers) {
    return line
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + String.join("", headers.stream().map(header -> header + "\r\n").toList())
        + "\r\n";
  }

  private static String[] many(String[] lines, int times) {
    return Stream.generate(() -> lines).limit(times).flatMap(Stream::of).toArray(String[]::new);
  }

  private static byte[] zeroes(int bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[bytes]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static long kept() {
    return vitalroutes
        .bean(JdbcClient.class)
        .sql("select count(*) from notification")
        .query(Long.class)
        .single();
  }
}
