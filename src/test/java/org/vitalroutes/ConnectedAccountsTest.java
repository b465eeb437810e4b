package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.acme.AcmeServer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.simulator.SimulatorSettings;
import org.vitalroutes.simulator.WithingsSimulator;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;
import org.vitalroutes.withings.WithingsCall;

/** The life of connected accounts over HTTP, at Withings and at a second provider. */
@Order(1)
class ConnectedAccountsTest {

  private static final String ACCOUNTS = "/api/connected-accounts/";
  private static final String APP = TestSettings.APP_REDIRECT_URI;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CALLERS = 8;
  private static final Path SECOND_PROVIDER = Path.of("examples/second-provider");

  @TempDir static Path folder;

  static final UserTokens tokens = new UserTokens();
  static final AcmeServer acme = new AcmeServer();
  static final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  static WithingsSimulator withings;
  static RunningVitalroutes vitalroutes;
  static JdbcClient jdbc;

  @BeforeAll
  static void start() throws IOException {
    int port = RunningVitalroutes.freePort();
    String publicUrl = "http://localhost:" + port;
    withings =
        new WithingsSimulator(
                new SimulatorSettings(
                        TestSettings.CLIENT_ID,
                        TestSettings.CLIENT_SECRET,
                        List.of(publicUrl + ACCOUNTS + "withings/oauth/callback/"))
                    .requestsPerMinute(0))
            .start();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(withSecondProvider(before));
    try {
      vitalroutes =
          RunningVitalroutes.start(
              new TestSettings()
                  .set("SERVER_PORT", Integer.toString(port))
                  .set("MANAGEMENT_SERVER_PORT", Integer.toString(RunningVitalroutes.freePort()))
                  .set("PUBLIC_URL", publicUrl)
                  .set("CONNECT_PAGE_NAME", "Clinic & Sons")
                  .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                  .set("WITHINGS_API_URL", withings.baseUrl())
                  .set("WITHINGS_AUTHORIZE_URL", withings.authorizeUrl())
                  .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                  // Fetches nothing unless a test does.
                  .set("FETCH_INTERVAL", "3600000")
                  .set("REVOCATION_RETRY_CRON", "* * * * * ?")
                  .set("ACME_URL", acme.url())
                  .set(
                      "CAMEL_MAIN_ROUTES_INCLUDE_PATTERN",
                      "classpath:routes/*.camel.yaml,file:" + SECOND_PROVIDER + "/*.camel.yaml")
                  .set(
                      "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                      tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
    } finally {
      thread.setContextClassLoader(before);
    }
    jdbc = vitalroutes.bean(JdbcClient.class);
  }

  /** The class path with the jar of the example. */
  private static ClassLoader withSecondProvider(ClassLoader classPath) throws IOException {
    Path classes = Files.createDirectory(folder.resolve("acme"));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-parameters",
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                SECOND_PROVIDER.resolve("AcmeProvider.java").toString());
    assertThat(failed).isZero();
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL(), SECOND_PROVIDER.toUri().toURL()}, classPath);
  }

  @AfterAll
  static void stop() {
    callers.shutdownNow();
    vitalroutes.close();
    withings.close();
    acme.close();
  }

  @BeforeEach
  void heal() {
    acme.down(false);
    acme.asked().clear();
    withings.faults().clear();
  }

  // ── A second provider ─────────────────────────────────────────────────────────────────────────

  @Test
  void every_provider_has_its_endpoints() {
    CamelContext camel = vitalroutes.bean(CamelContext.class);

    assertThat(vitalroutes.beans(Provider.class))
        .hasSize(2)
        .allSatisfy(
            provider ->
                assertThat(List.of("exchange", "refresh", "subscribe", "leave", "revoke"))
                    .allSatisfy(
                        endpoint ->
                            assertThat(camel.getRoutes())
                                .extracting(route -> route.getEndpoint().getEndpointUri())
                                .contains("direct://" + provider.id() + "-" + endpoint)));
  }

  @Test
  void a_second_provider_lives_beside_withings() {
    assertThat(connect("ada", 101)).hasQuery("status=connected&state=" + lastState);
    assertThat(connectAcme("ada", "u1")).hasQuery("status=connected&state=" + lastState);

    JsonNode accounts = list("ada");

    assertThat(accounts.findValuesAsText("provider")).containsExactly("withings", "acme");
    assertThat(accounts.findValuesAsText("status")).containsExactly("connected", "connected");
    assertThat(accounts.at("/1/scopes"))
        .map(JsonNode::asText)
        .containsExactly("acme:read", "acme:steps");
    // Only Withings data is fetched.
    assertThat(accounts.at("/0/kinds")).hasSize(5);
    assertThat(accounts.at("/1/kinds")).isEmpty();
    assertThat(accounts.at("/1/subscriptions")).isEmpty();
  }

  @Test
  void its_tokens_are_kept_encrypted_and_refreshed_by_one_at_a_time() throws Exception {
    connectAcme("bea", "u2");
    AccountRef account = account("bea");
    String first = token(account).value();
    endsSoon(account);

    for (var found : callers.invokeAll(Collections.nCopies(20, refreshed(account)))) {
      assertThat(found.get()).isNotEqualTo(first).startsWith("acme-access-");
    }

    assertThat(acme.asked())
        .filteredOn(asked -> asked.contains("grant_type=refresh_token"))
        .hasSize(1);
    assertThat(
            jdbc.sql("select access_token::text from connected_account where id = ?")
                .param(account.id())
                .query(String.class)
                .single())
        .doesNotContain("acme");
    assertThat(trail(account))
        .containsExactly("bea connect acme:read,acme:steps", "system refresh a new token pair");
  }

  @Test
  void a_disconnect_of_one_provider_leaves_the_other() {
    connect("cleo", 103);
    connectAcme("cleo", "u3");

    JsonNode receipt = World.json(post("cleo", "acme/oauth/disconnect/", ""));

    assertThat(receipt.at("/accounts")).hasSize(1);
    assertThat(receipt.at("/accounts/0/steps"))
        .extracting(step -> step.path("step").asText() + " " + step.path("outcome").asText())
        .containsExactly(
            "revoke done", "destroy_tokens done", "cancel_work done", "keep_data kept");
    assertThat(acme.asked()).last().isEqualTo("/revoke user=u3");
    assertThat(list("cleo").findValuesAsText("status"))
        .containsExactly("connected", "disconnected");
    assertThat(withings.connected(103)).isTrue();
  }

  @Test
  void a_revocation_that_withings_refuses_is_sent_again() {
    connectAcme("dora", "u4");
    AccountRef account = account("dora");
    acme.down(true);

    JsonNode receipt = World.json(post("dora", "acme/oauth/disconnect", ""));
    assertThat(receipt.at("/accounts/0/steps/0/outcome").asText()).isEqualTo("queued");
    JsonNode again = World.json(post("dora", "acme/oauth/disconnect", ""));
    assertThat(again.at("/accounts/0/steps/0/outcome").asText()).isEqualTo("queued");
    assertThat(again.at("/accounts/0/steps/1/outcome").asText()).isEqualTo("already_gone");
    acme.down(false);

    await().atMost(SOON).until(() -> trail(account).size() == 3);
    assertThat(trail(account))
        .containsExactly(
            "dora connect acme:read,acme:steps",
            "dora disconnect revocation pending, keep_data",
            "system revoke the provider revoked the grant");
  }

  @Test
  void a_state_of_one_provider_is_none_of_another() {
    String state = begin("elli", "acme").path("state").asText();

    HttpResponse<String> answer =
        vitalroutes.get(ACCOUNTS + "withings/oauth/callback/?code=good-u5&state=" + state);

    assertProblem(answer, 400, "invalid_state");
    assertThat(list("elli")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"initiate", "initiate/", "complete", "disconnect/"})
  void a_provider_that_there_is_not_is_not_found(String call) {
    assertProblem(post("ada", "fitbit/oauth/" + call, "{}"), 404, "unknown_provider");
    // Not by a parameter or header of that name either.
    assertProblem(
        post("ada", "fitbit/oauth/" + call + "?provider=acme", "{}"), 404, "unknown_provider");
  }

  // ── What a browser and an app are told ────────────────────────────────────────────────────────

  @Test
  void the_authorization_url_is_what_withings_wants() {
    JsonNode begun = begin("fay", "withings");

    assertThat(begun.path("state").asText()).hasSizeGreaterThanOrEqualTo(22);
    assertThat(begun.path("authorization_url").asText())
        .isEqualTo(
            withings.authorizeUrl()
                + "?response_type=code&client_id=demo-client&scope=user.info,user.metrics,user.activity&state="
                + begun.path("state").asText()
                + "&redirect_uri="
                + URLEncoder.encode(
                    vitalroutes.url() + ACCOUNTS + "withings/oauth/callback/", UTF_8));
  }

  @Test
  void fewer_scopes_than_asked_are_kept_and_shown_and_the_rest_is_not_subscribed() {
    withings.grantOnlyNext("user.metrics");

    assertThat(connect("gil", 107)).hasQuery("status=connected&state=" + lastState);

    JsonNode account = list("gil").get(0);
    assertThat(account.path("scopes")).map(JsonNode::asText).containsExactly("user.metrics");
    assertThat(account.at("/kinds/sleep/not_synced").asText())
        .isEqualTo("scope user.activity not granted");
    assertThat(account.at("/kinds/measures/not_synced").isNull()).isTrue();
    assertThat(account.path("subscriptions").fieldNames())
        .toIterable()
        .containsExactly("1", "2", "4", "54", "58");
  }

  @Test
  void who_says_no_goes_back_to_the_app() {
    withings.refuseNextConsent();

    assertThat(connect("hal", 108)).hasQuery("error=access_denied&state=" + lastState);
    assertThat(list("hal")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "httpStatus, 400, invalid_grant",
    "httpStatus, 401, invalid_grant",
    "bodyStatus, 503, invalid_grant",
    "httpStatus, 500, temporarily_unavailable",
    "reset, 0, temporarily_unavailable",
    "nothing, 0, temporarily_unavailable",
  })
  void a_code_that_is_not_exchanged_goes_back_to_the_app(String how, int status, String error) {
    Fault fault =
        switch (how) {
          case "httpStatus" -> Fault.httpStatus(status);
          case "bodyStatus" -> Fault.bodyStatus(status);
          case "reset" -> Fault.of(Fault.Kind.RESET);
          default -> Fault.raw("<html>");
        };
    withings.faults().add(fault.onAction("requesttoken").times(1));

    assertThat(connect("ivy", 109)).hasQuery("error=" + error + "&state=" + lastState);
    assertThat(list("ivy")).isEmpty();
  }

  @Test
  void a_state_serves_once_and_for_ten_minutes() {
    URI back = consent("jo", 110);
    assertThat(atApp("jo", back)).hasQuery("status=connected&state=" + lastState);
    assertProblem(vitalroutes.get(path(back)), 400, "invalid_state");

    URI late = consent("kay", 111);
    jdbc.sql("update oauth_state set expires_at = now() where subject = 'kay'").update();
    assertProblem(vitalroutes.get(path(late)), 400, "invalid_state");
    assertThat(list("kay")).isEmpty();
  }

  @Test
  void a_probe_of_the_callback_does_not_use_a_state_up() {
    URI back = consent("lou", 112);

    HttpResponse<String> probe =
        RunningVitalroutes.send(
            HttpRequest.newBuilder(back).method("HEAD", HttpRequest.BodyPublishers.noBody()));

    assertThat(probe.statusCode()).isEqualTo(200);
    assertThat(atApp("lou", back)).hasQuery("status=connected&state=" + lastState);
  }

  @Test
  void without_a_code_the_app_gets_an_error_and_without_a_state_the_browser_does() {
    String state = begin("mia", "withings").path("state").asText();

    assertThat(
            World.redirect(
                URI.create(
                    vitalroutes.url() + ACCOUNTS + "withings/oauth/callback?state=" + state)))
        .isEqualTo(URI.create(APP + "?error=invalid_request&state=" + state));
    assertProblem(vitalroutes.get(ACCOUNTS + "withings/oauth/callback/"), 400, "invalid_state");
    assertProblem(
        vitalroutes.get(ACCOUNTS + "withings/oauth/callback/?code=x"), 400, "invalid_state");
  }

  @Test
  void the_same_withings_user_is_connected_by_one_caller() {
    connect("nat", 114);

    assertThat(connect("otto", 114))
        .hasQuery("error=account_belongs_to_another_user&state=" + lastState);
    assertThat(list("otto")).isEmpty();
    assertThat(list("nat").at("/0/status").asText()).isEqualTo("connected");
  }

  // ── Attacks ───────────────────────────────────────────────────────────────────────────────────

  /** Eve begins and sends Val the link; Val consents in a browser without Eve's session. */
  @Test
  void a_consent_that_somebody_else_began_is_linked_to_nobody() {
    URI callback = consent("eve", 201);
    URI atApp = World.redirect(callback);
    String[] query = atApp.getQuery().split("[&=]");
    assertThat(atApp.getQuery()).startsWith("status=confirm&confirmation=").contains("&state=");

    assertThat(World.confirmed(atApp, vitalroutes.url(), tokens.of("val")))
        .hasQuery("error=invalid_confirmation&state=" + lastState);
    assertProblem(confirm("eve", "withings", "x", query[5]), 400, "invalid_confirmation");
    assertProblem(confirm("eve", "withings", query[3], "x"), 400, "invalid_confirmation");
    assertProblem(confirm("eve", "acme", query[3], query[5]), 400, "invalid_confirmation");
    assertProblem(post("eve", "withings/oauth/confirm/", "{}"), 400, "invalid_confirmation");

    assertThat(list("eve")).isEmpty();
    assertThat(list("val")).isEmpty();
    assertThat(connect("val", 201)).hasQuery("status=connected&state=" + lastState);
  }

  @Test
  void a_grant_that_nobody_confirms_in_time_is_revoked_and_its_tokens_are_destroyed() {
    String confirmation = World.redirect(consent("una", 202)).getQuery().split("[&=]")[3];
    assertThat(withings.connected(202)).isTrue();

    jdbc.sql("update unconfirmed_grant set expires_at = now() where subject = 'una'").update();

    assertProblem(confirm("una", "withings", confirmation, lastState), 400, "invalid_confirmation");
    await().atMost(SOON).until(() -> !withings.connected(202));
    await()
        .atMost(SOON)
        .until(
            () ->
                jdbc.sql("select count(*) from unconfirmed_grant where subject = 'una'")
                        .query(Integer.class)
                        .single()
                    == 0);
  }

  @Test
  void a_grant_that_nobody_confirms_is_not_revoked_while_its_user_is_connected() {
    connect("vera", 203);
    World.redirect(consent("vera", 203));

    jdbc.sql("update unconfirmed_grant set expires_at = now() where subject = 'vera'").update();

    await()
        .atMost(SOON)
        .until(
            () ->
                jdbc.sql("select count(*) from unconfirmed_grant where subject = 'vera'")
                        .query(Integer.class)
                        .single()
                    == 0);
    assertThat(withings.connected(203)).isTrue();
  }

  @Test
  void a_confirmation_serves_once_and_by_its_own_caller() {
    String[] query = World.redirect(consent("wim", 204)).getQuery().split("[&=]");

    HttpResponse<String> confirmed = confirm("wim", "withings", query[3], query[5]);

    assertThat(confirmed.statusCode()).isEqualTo(200);
    assertThat(World.json(confirmed).path("status").asText()).isEqualTo("connected");
    assertThat(withings.connected(204)).isTrue();
    assertProblem(confirm("wim", "withings", query[3], query[5]), 400, "invalid_confirmation");
  }

  @Test
  void of_two_callers_with_one_withings_user_the_second_to_confirm_is_refused() {
    String[] first = World.redirect(consent("xia", 205)).getQuery().split("[&=]");
    String[] second = World.redirect(consent("yul", 205)).getQuery().split("[&=]");

    assertThat(confirm("xia", "withings", first[3], first[5]).statusCode()).isEqualTo(200);
    assertProblem(
        confirm("yul", "withings", second[3], second[5]), 409, "account_belongs_to_another_user");

    assertThat(withings.connected(205)).isTrue();
    assertThat(list("yul")).isEmpty();
  }

  @Test
  void a_released_account_is_connected_by_another_caller_whom_no_revocation_ends() {
    connect("rita", 206);
    withings.faults().add(Fault.httpStatus(503).onAction("revoke").onPath("/v2/oauth2").times(1));
    post("rita", "withings/oauth/disconnect/", "");
    assertThat(
            jdbc.sql("select revocation_pending from connected_account where subject = 'rita'")
                .query(Boolean.class)
                .single())
        .isTrue();

    assertThat(connect("sven", 206)).hasQuery("status=connected&state=" + lastState);

    await()
        .atMost(SOON)
        .until(
            () ->
                jdbc.sql(
                        "select not revocation_pending from connected_account where subject ="
                            + " 'rita'")
                    .query(Boolean.class)
                    .single());
    assertThat(withings.connected(206)).isTrue();
    assertThat(list("rita").findValuesAsText("status")).containsExactly("disconnected");
    assertThat(list("sven").findValuesAsText("status")).containsExactly("connected");
  }

  @Test
  void an_eleventh_initiation_in_a_minute_is_refused_and_others_are_not() {
    for (int i = 0; i < 10; i++) {
      assertThat(post("max", "withings/oauth/initiate/", "{\"redirect_uri\": \"x\"}").statusCode())
          .isEqualTo(400);
    }

    HttpResponse<String> refused =
        post("max", "withings/oauth/initiate/", "{\"redirect_uri\": \"" + APP + "\"}");

    assertProblem(refused, 429, "too_many_requests");
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 60L);
    assertThat(begin("nora", "withings").path("state").asText()).isNotEmpty();
  }

  @Test
  void a_sixth_open_state_drops_the_oldest() {
    List<String> states =
        IntStream.range(0, 6)
            .mapToObj(i -> begin("omar", "withings").path("state").asText())
            .toList();

    assertProblem(
        vitalroutes.get(ACCOUNTS + "withings/oauth/callback/?code=x&state=" + states.get(0)),
        400,
        "invalid_state");
    assertThat(
            World.redirect(
                URI.create(
                    vitalroutes.url()
                        + ACCOUNTS
                        + "withings/oauth/callback/?error=access_denied&state="
                        + states.get(1))))
        .hasQuery("error=access_denied&state=" + states.get(1));
  }

  @Test
  void after_five_refused_codes_a_caller_makes_no_call_for_an_hour() {
    for (int i = 0; i < 5; i++) {
      assertThat(callbackWithCode("paul")).hasQuery("error=invalid_grant&state=" + lastState);
    }
    withings.calls().clear();

    assertThat(callbackWithCode("paul")).hasQuery("error=too_many_requests&state=" + lastState);
    begin("paul", "withings");
    HttpResponse<String> completed =
        post(
            "paul",
            "withings/oauth/complete/",
            "{\"code\": \"x\", \"state\": \"" + lastState + "\"}");

    assertProblem(completed, 429, "too_many_requests");
    assertThat(completed.headers().firstValueAsLong("Retry-After").orElseThrow())
        .isBetween(3000L, 3600L);
    // A scheduled check of subscriptions may call in between.
    assertThat(withings.calls().counts().keySet()).noneMatch(call -> call.contains("requesttoken"));
    assertThat(connect("quin", 207)).hasQuery("status=connected&state=" + lastState);
  }

  private static URI callbackWithCode(String subject) {
    begin(subject, "withings");
    return World.redirect(
        URI.create(
            vitalroutes.url()
                + ACCOUNTS
                + "withings/oauth/callback/?code=guessed&state="
                + lastState));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../Patient/x", "Patient/x", "a b", "a?b", "x/../y", "ä", "..", "."})
  void a_patient_that_is_no_id_is_refused_before_anything_begins(String patient) {
    HttpResponse<String> answer =
        vitalroutes.post(
            ACCOUNTS + "withings/oauth/initiate/",
            tokens.of("tess", patient),
            "{\"redirect_uri\": \"" + APP + "\"}");

    assertProblem(answer, 400, "invalid_patient");
  }

  private static HttpResponse<String> confirm(
      String subject, String provider, String confirmation, String state) {
    return post(
        subject,
        provider + "/oauth/confirm/",
        "{\"confirmation\": \"" + confirmation + "\", \"state\": \"" + state + "\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"error\": \"invalid_grant\"}', true",
    "'{\"status\": 503, \"error\": \"Invalid Params: invalid refresh_token\"}', true",
    "'{\"status\": 401, \"error\": \"invalid token\"}', true",
    "'{\"status\": 522}', false",
  })
  void a_refresh_token_that_is_dead_needs_the_user_and_an_outage_does_not(
      String reply, boolean dead) {
    connect("pam", 115);
    AccountRef account = account("pam");
    endsSoon(account);
    // The previous refresh token is tried too.
    withings.faults().add(Fault.raw(reply).onAction("requesttoken").times(2));

    Exception failure =
        vitalroutes
            .bean(ProducerTemplate.class)
            .send("direct:tokens-call", exchange -> callAs(account, exchange))
            .getException();

    assertThat(failure)
        .isInstanceOf(dead ? ReconnectRequiredException.class : ProviderUnavailableException.class);
  }

  /** Readers program against this page. */
  @Test
  void the_page_about_connecting_shows_the_answers_as_they_are() throws IOException {
    connect("ruth", 130);
    Map<String, JsonNode> shown = shownInPage();

    assertThat(fields(shown.get("initiate"))).isEqualTo(fields(begin("ruth", "withings")));
    assertThat(fields(shown.get("connected-accounts"))).isEqualTo(fields(list("ruth")));
    assertThat(fields(shown.get("disconnect")))
        .isEqualTo(fields(World.json(post("ruth", "withings/oauth/disconnect", ""))));
  }

  /** The JSON under each curl of docs/connect.md, by the last part of its path. */
  private static Map<String, JsonNode> shownInPage() throws IOException {
    String page = Files.readString(Path.of("docs/connect.md"));
    Map<String, JsonNode> shown = new HashMap<>();
    Matcher example =
        Pattern.compile(
                "(?s)\\$ curl[^\n"
                    + "]*/([a-z-]+)/ [^{\\[]*(?:\\{\"redirect_uri[^\n"
                    + "]*\n"
                    + ")?([{\\[].*?)\n"
                    + "```")
            .matcher(page);
    while (example.find()) {
      String json = example.group(2).replace("{…}", "{}").replace(",…", "");
      shown.put(example.group(1), new ObjectMapper().readTree(json));
    }
    return shown;
  }

  /** The names of all fields; appli codes are not names. */
  private static Set<String> fields(JsonNode json) {
    Set<String> names = new TreeSet<>();
    json.fields()
        .forEachRemaining(
            field -> {
              if (!field.getKey().matches("[0-9]+")) {
                names.add(field.getKey());
              }
            });
    json.forEach(child -> names.addAll(fields(child)));
    return names;
  }

  // ── A backend acts for its users ──────────────────────────────────────────────────────────────

  @Test
  void a_backend_connects_lists_exports_disconnects_and_erases_for_a_user_and_is_named_for_it() {
    String clinic = tokens.ofBackendWithPatient("clinic", "a-patient-of-nobody");
    String anna = "?subject=anna%40clinic.example";
    HttpResponse<String> begun =
        vitalroutes.post(
            ACCOUNTS + "withings/oauth/initiate/" + anna,
            clinic,
            "{\"redirect_uri\": \"" + APP + "\"}");
    withings.addUser(301);
    String[] query =
        World.redirect(
                World.redirect(
                    URI.create(
                        World.json(begun).path("authorization_url").asText() + "&demo_user=301")))
            .getQuery()
            .split("[&=]");
    String confirmation =
        "{\"confirmation\": \"" + query[3] + "\", \"state\": \"" + query[5] + "\"}";

    assertThat(
            vitalroutes
                .post(ACCOUNTS + "withings/oauth/confirm" + anna, clinic, confirmation)
                .statusCode())
        .isEqualTo(200);

    AccountRef account = account("anna@clinic.example");
    assertThat(account.patientId()).isNull();
    assertThat(World.json(vitalroutes.get(ACCOUNTS + anna, clinic)).at("/0/id").asText())
        .isEqualTo(account.id().toString())
        .isEqualTo(list("anna@clinic.example").at("/0/id").asText());
    assertThat(vitalroutes.get(ACCOUNTS + "export/" + anna, clinic).body())
        .contains("anna@clinic.example");
    assertThat(
            World.json(vitalroutes.post(ACCOUNTS + "withings/oauth/disconnect" + anna, clinic, ""))
                .at("/accounts/0/status")
                .asText())
        .isEqualTo("disconnected");
    assertThat(actors(account))
        .containsExactly(
            "clinic for anna@clinic.example: connect",
            "clinic for anna@clinic.example: export",
            "clinic for anna@clinic.example: disconnect");

    assertThat(vitalroutes.post(ACCOUNTS + "erase" + anna, clinic, "").statusCode()).isEqualTo(200);

    assertThat(actors(account))
        .containsExactly(
            "clinic for erased: connect",
            "clinic for erased: export",
            "clinic for erased: disconnect",
            "clinic for erased: erase");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?subject=",
        "?subject=%20",
        "?subject",
        "?subject=a&subject=b",
        "?subject=a&subject=a",
        "?Subject=a",
        "?subject=a%00b",
      })
  void a_backend_that_does_not_name_one_user_is_refused_everywhere(String query) {
    String clinic = tokens.ofBackend("clinic");

    for (String call :
        List.of("initiate/", "complete/", "confirm/", "disconnect/", "initiate", "disconnect")) {
      assertThat(vitalroutes.post(ACCOUNTS + "withings/oauth/" + call + query, clinic, "{}"))
          .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
          .satisfies(answer -> assertThat(answer.body()).contains("subject_required"));
    }
    assertThat(vitalroutes.get(ACCOUNTS + query, clinic).statusCode()).isEqualTo(400);
    assertThat(vitalroutes.get(ACCOUNTS + "export" + query, clinic).statusCode()).isEqualTo(400);
    assertThat(vitalroutes.post(ACCOUNTS + "erase" + query, clinic, "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void a_user_names_nobody_but_themselves() {
    connect("ulla", 302);

    for (String token : List.of(tokens.of("vito"), tokens.ofOperator("vito"))) {
      assertProblem(vitalroutes.get(ACCOUNTS + "?subject=ulla", token), 403, "subject_not_allowed");
      assertProblem(
          vitalroutes.get(ACCOUNTS + "export?subject=vito&subject=ulla", token),
          403,
          "subject_not_allowed");
      assertProblem(
          vitalroutes.post(ACCOUNTS + "withings/oauth/disconnect/?subject=ulla", token, ""),
          403,
          "subject_not_allowed");
      assertThat(vitalroutes.get(ACCOUNTS + "?subject=vito", token).body()).isEqualTo("[]");
    }
    assertThat(
            World.json(vitalroutes.get(ACCOUNTS + "?subject=ulla", tokens.of("ulla")))
                .at("/0/status")
                .asText())
        .isEqualTo("connected");
  }

  @Test
  void the_bounds_of_a_backend_are_those_of_each_user() {
    String clinic = tokens.ofBackend("clinic");
    String wish = "{\"redirect_uri\": \"" + APP + "\"}";
    for (int i = 0; i < 10; i++) {
      assertThat(
              vitalroutes
                  .post(ACCOUNTS + "withings/oauth/initiate?subject=xeno", clinic, wish)
                  .statusCode())
          .isEqualTo(200);
    }

    assertProblem(
        vitalroutes.post(ACCOUNTS + "withings/oauth/initiate?subject=xeno", clinic, wish),
        429,
        "too_many_requests");
    assertThat(
            vitalroutes
                .post(ACCOUNTS + "withings/oauth/initiate?subject=yara", clinic, wish)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_backend_is_no_operator() {
    assertProblem(
        vitalroutes.get("/api/operations/summary", tokens.ofBackend("clinic")), 403, "forbidden");
  }

  private static List<String> actors(AccountRef account) {
    return jdbc.sql(
            """
            select actor || ' for ' || acting_for || ': ' || action from audit_event
            where account_id = ? order by id
            """)
        .param(account.id())
        .query(String.class)
        .list();
  }

  // ── Connect links ────────────────────────────────────────────────────────────────────────────

  @Test
  void a_person_without_an_account_connects_with_a_link_once() {
    JsonNode link = link("{\"subject\": \"lena\", \"patient\": \"p-77\"}");
    String token = token(link);
    assertThat(link.path("url").asText()).startsWith(vitalroutes.url() + "/connect/");
    assertThat(token).hasSizeGreaterThanOrEqualTo(43);
    assertThat(Instant.parse(link.path("expires_at").asText()))
        .isBetween(Instant.now().plus(Duration.ofDays(6)), Instant.now().plus(Duration.ofDays(8)));

    HttpResponse<String> page = vitalroutes.get("/connect/" + token);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("Clinic &amp; Sons asks", "Continue to Withings", "How to end it")
        .doesNotContain("lena", "p-77", "<script", "http://", "//www");

    assertThat(World.redirect(withingsUser(401, begin(token))))
        .isEqualTo(
            URI.create(vitalroutes.url() + "/connect/result?status=connected&state=" + lastState));

    assertThat(vitalroutes.get("/connect/result?status=connected&state=" + lastState).body())
        .contains("You are connected");
    assertThat(list("lena").at("/0/status").asText()).isEqualTo("connected");
    AccountRef account = account("lena");
    assertThat(account.patientId()).isEqualTo("p-77");
    assertThat(trail(account))
        .containsExactly(
            "clinic connect user.info,user.metrics,user.activity, link "
                + link.path("id").asText());
    assertThat(states("lena")).containsExactly("used");
    assertClosed(token, 410);
  }

  @Test
  void a_link_survives_a_refusal_and_goes_to_its_app() {
    JsonNode link =
        link("{\"subject\": \"milo\", \"redirect_uri\": \"" + APP + "\", \"expires_in\": 600}");
    withings.refuseNextConsent();

    assertThat(World.redirect(withingsUser(402, begin(token(link)))))
        .isEqualTo(URI.create(APP + "?error=access_denied&state=" + lastState));
    assertThat(states("milo")).containsExactly("open");

    assertThat(World.redirect(withingsUser(402, begin(token(link)))))
        .isEqualTo(URI.create(APP + "?status=connected&state=" + lastState));
    assertThat(states("milo")).containsExactly("used");
  }

  @Test
  void of_two_people_with_one_link_the_first_is_connected() {
    String token = token(link("{\"subject\": \"nina\"}"));
    URI first = withingsUser(403, begin(token));
    String firstState = lastState;
    URI second = withingsUser(404, begin(token));

    assertThat(World.redirect(first)).hasQuery("status=connected&state=" + firstState);
    assertThat(World.redirect(second)).hasQuery("error=link_not_open&state=" + lastState);

    assertThat(list("nina")).hasSize(1);
    assertThat(withings.connected(404)).isFalse();
  }

  @Test
  void a_link_that_was_revoked_or_has_expired_connects_nobody_not_even_who_has_begun() {
    JsonNode revoked = link("{\"subject\": \"olga\"}");
    URI begun = withingsUser(405, begin(token(revoked)));
    String path = ACCOUNTS + "withings/links/" + revoked.path("id").asText();
    String clinic = tokens.ofBackend("clinic");
    JsonNode answer = World.json(delete(path + "/", clinic));
    assertThat(answer.path("state").asText()).isEqualTo("revoked");
    assertThat(World.json(delete(path, clinic)).path("state").asText()).isEqualTo("revoked");
    String expired = token(link("{\"subject\": \"olga\"}"));
    jdbc.sql(
            "update connect_link set expires_at = now() where subject = 'olga' and revoked_at is"
                + " null")
        .update();

    assertThat(World.redirect(begun)).hasQuery("error=link_not_open&state=" + lastState);
    assertClosed(token(revoked), 410);
    assertClosed(expired, 410);
    assertClosed("no-such-token", 404);
    assertThat(states("olga")).containsExactly("expired", "revoked");
    assertThat(list("olga")).isEmpty();
    assertThat(
            jdbc.sql("select actor || ' ' || action from audit_event where acting_for = 'olga'")
                .query(String.class)
                .list())
        .containsExactly("clinic create_link", "clinic revoke_link", "clinic create_link");
  }

  @Test
  void a_withings_user_who_is_connected_for_another_is_told_so() {
    connect("pia", 406);
    String token = token(link("{\"subject\": \"rolf\"}"));

    URI result = World.redirect(withingsUser(406, begin(token)));

    assertThat(result).hasQuery("error=account_belongs_to_another_user&state=" + lastState);
    assertThat(vitalroutes.get(path(result)).body())
        .contains("This Withings account is already connected")
        .doesNotContain("pia", "rolf");
    assertThat(states("rolf")).containsExactly("open");
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 400, subject_required",
    "'', 400, invalid_json",
    "'{\"subject\": \" \"}', 400, subject_required",
    "'{\"subject\": \"x\", \"patient\": \"Patient/1\"}', 400, invalid_patient",
    "'{\"subject\": \"x\", \"patient\": \"../1\"}', 400, invalid_patient",
    "'{\"subject\": \"x\", \"patient\": \"..\"}', 400, invalid_patient",
    "'{\"subject\": \"x\", \"patient\": \"\"}', 400, invalid_patient",
    "'{\"subject\": \"x\", \"redirect_uri\": \"https://evil.example/\"}', 400,"
        + " redirect_uri_not_allowed",
    "'{\"subject\": \"x\", \"expires_in\": 0}', 400, invalid_expires_in",
    "'{\"subject\": \"x\", \"expires_in\": 31536001}', 400, invalid_expires_in",
    "'{\"subject\": \"x\", \"expires_in\": \"soon\"}', 400, invalid_json",
    "'not json', 400, invalid_json",
  })
  void a_link_that_cannot_be_made_is_refused(String body, int status, String code) {
    assertProblem(
        vitalroutes.post(ACCOUNTS + "withings/links", tokens.ofBackend("clinic"), body),
        status,
        code);
  }

  @Test
  void links_are_a_backends_and_of_a_provider_that_there_is() {
    String clinic = tokens.ofBackend("clinic");
    String path = ACCOUNTS + "withings/links/" + link("{\"subject\": \"s\"}").path("id").asText();

    for (String token : List.of(tokens.of("s"), tokens.ofOperator("otto"))) {
      assertProblem(vitalroutes.post(ACCOUNTS + "withings/links/", token, "{}"), 403, "forbidden");
      assertProblem(vitalroutes.get(ACCOUNTS + "withings/links", token), 403, "forbidden");
      assertProblem(delete(path, token), 403, "forbidden");
    }
    assertProblem(
        vitalroutes.post(ACCOUNTS + "fitbit/links/", clinic, "{}"), 404, "unknown_provider");
    assertProblem(vitalroutes.get(ACCOUNTS + "fitbit/links/", clinic), 404, "unknown_provider");
    assertProblem(delete(path.replace("withings", "acme"), clinic), 404, "link_not_found");
    assertProblem(delete(ACCOUNTS + "withings/links/1", clinic), 404, "link_not_found");
  }

  @Test
  void links_are_listed_in_pages_newest_first() {
    String path = ACCOUNTS + "withings/links?subject=many";
    jdbc.sql(
            """
            insert into connect_link (token_hash, provider, subject, created_by, created_at, expires_at)
            select convert_to('many-' || n, 'UTF8'), 'withings', 'many', 'clinic',
              now() - make_interval(secs => n / 2), now() + interval '1 day'
            from generate_series(1, 150) n
            """)
        .update();

    JsonNode first = World.json(vitalroutes.get(path, tokens.ofBackend("clinic")));
    String after = "&after=" + first.path(99).path("id").asText();
    JsonNode second = World.json(vitalroutes.get(path + after, tokens.ofBackend("clinic")));

    assertThat(first).hasSize(100);
    assertThat(second).hasSize(50);
    assertThat(Stream.of(first, second).flatMap(page -> page.findValuesAsText("id").stream()))
        .doesNotHaveDuplicates();
    assertThat(first.path(0).path("created_at").asText())
        .isGreaterThan(second.path(49).path("created_at").asText());
  }

  @Test
  void the_bounds_of_a_link_are_those_of_its_subject_and_are_told_by_a_page() {
    String token = token(link("{\"subject\": \"tilo\"}"));
    for (int i = 0; i < 10; i++) {
      assertThat(beginning(token).statusCode()).isEqualTo(302);
    }

    HttpResponse<String> refused = beginning(token);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("Too many tries");
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 60L);
  }

  @Test
  void the_pages_speak_the_language_of_the_browser() {
    String token = token(link("{\"subject\": \"udo\"}"));

    assertThat(page("/connect/" + token, "de-AT,de;q=0.9,en;q=0.8").body())
        .contains("lang=\"de\"", "Clinic &amp; Sons bittet", "Weiter zu Withings");
    for (String others : List.of("fr-FR,fr;q=0.9", "en-GB", "*", "x;q=y", "")) {
      assertThat(page("/connect/" + token, others).body()).contains("lang=\"en\"", "Continue");
    }
    assertThat(page("/connect/none", "de").body()).contains("Dieser Link geht nicht");
  }

  @ParameterizedTest
  @CsvSource({
    "access_denied, You did not agree",
    "account_belongs_to_another_user, already connected",
    "invalid_state, That took too long",
    "invalid_grant, That took too long",
    "temporarily_unavailable, Withings cannot be reached",
    "too_many_requests, Too many tries",
    "link_not_open, This link does not work",
    "<script>, Something went wrong",
  })
  void a_person_is_told_why_nothing_is_connected_and_what_to_do(String error, String told) {
    HttpResponse<String> page =
        vitalroutes.get("/connect/result?error=" + URLEncoder.encode(error, UTF_8));

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains(told, "class=\"advice\"").doesNotContain("<script");
  }

  @Test
  void a_browser_that_comes_back_with_an_unknown_state_sees_a_page_and_a_program_a_problem() {
    HttpRequest.Builder browser =
        vitalroutes
            .request(ACCOUNTS + "withings/oauth/callback/?code=x&state=y")
            .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    assertThat(RunningVitalroutes.send(browser.GET()).headers().firstValue("Location"))
        .hasValue(vitalroutes.url() + "/connect/result?error=invalid_state");
    assertProblem(
        vitalroutes.get(ACCOUNTS + "withings/oauth/callback/?code=x&state=y"),
        400,
        "invalid_state");
  }

  @Test
  void a_page_loads_nothing_and_keeps_nothing() {
    var headers = vitalroutes.get("/connect/" + token(link("{\"subject\": \"v\"}"))).headers();

    assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
        .matches(
            "default-src 'none'; style-src 'sha256-[^' ]+'; img-src data:; form-action 'self'"
                + " https: http://localhost:[0-9]+; base-uri 'none'; frame-ancestors 'none'");
    assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(headers.firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(headers.firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void a_links_token_is_stored_as_a_hash_and_stands_in_no_metric() {
    String token = token(link("{\"subject\": \"wanda\"}"));
    beginning(token);
    vitalroutes.get("/connect/" + token);

    assertThat(
            jdbc.sql("select count(*) from connect_link t where to_jsonb(t)::text like ?")
                .param("%" + token + "%")
                .query(Integer.class)
                .single())
        .isZero();
    assertThat(
            RunningVitalroutes.send(
                    HttpRequest.newBuilder(
                        URI.create(vitalroutes.managementUrl() + "/actuator/prometheus")))
                .body())
        .contains("links-page")
        .doesNotContain(token);
    assertThat(
            vitalroutes
                .get(ACCOUNTS + "withings/links?subject=wanda", tokens.ofBackend("clinic"))
                .body())
        .doesNotContain(token);
  }

  @Test
  void an_erased_person_has_no_links() {
    String token = token(link("{\"subject\": \"xaver\"}"));
    assertThat(vitalroutes.get(ACCOUNTS + "export", tokens.of("xaver")).body())
        .contains("connect_link")
        .doesNotContain("token_hash");

    vitalroutes.post(ACCOUNTS + "erase", tokens.of("xaver"), "");

    assertClosed(token, 404);
    assertThat(states("xaver")).isEmpty();
  }

  /** Every call of docs/connect.md. */
  @Test
  void the_calls_of_the_page_about_connecting_work_one_after_the_other() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the script is for bash and curl");
    connect("page-reader", 450);
    for (int consent = 0; consent < 5; consent++) {
      withings.consentNextAs(450);
    }
    ProcessBuilder script =
        new ProcessBuilder("bash", "src/test/scripts/connect-a-user.sh", vitalroutes.url())
            .redirectErrorStream(true);
    script.environment().put("TOKEN", tokens.of("page-reader"));
    script.environment().put("BACKEND", tokens.ofBackend("clinic"));
    Process running = script.start();

    String said = new String(running.getInputStream().readAllBytes(), UTF_8);

    assertThat(said).doesNotContain("NOT ");
    assertThat(running.waitFor()).as(said).isZero();
    assertThat(said.lines().count()).isGreaterThan(35);
  }

  private static JsonNode link(String wish) {
    HttpResponse<String> made =
        vitalroutes.post(ACCOUNTS + "withings/links/", tokens.ofBackend("clinic"), wish);
    assertThat(made.statusCode()).isEqualTo(201);
    return World.json(made);
  }

  private static String token(JsonNode link) {
    return link.path("url").asText().replaceFirst(".*/connect/", "");
  }

  private static HttpResponse<String> beginning(String token) {
    return RunningVitalroutes.send(
        vitalroutes.request("/connect/" + token).POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** Where the button of a link's page leads to. */
  private static URI begin(String token) {
    URI atWithings = URI.create(beginning(token).headers().firstValue("Location").orElseThrow());
    lastState = atWithings.getQuery().replaceFirst(".*state=([^&]+).*", "$1");
    return atWithings;
  }

  /** A user consents at Withings; where the browser is sent to then. */
  private static URI withingsUser(long user, URI consent) {
    if (withings.users().stream().noneMatch(known -> known.userid() == user)) {
      withings.addUser(user);
    }
    return World.redirect(URI.create(consent + "&demo_user=" + user));
  }

  private static void assertClosed(String token, int status) {
    for (HttpResponse<String> answer :
        List.of(vitalroutes.get("/connect/" + token), beginning(token))) {
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).contains("This link does not work", "ask Clinic &amp; Sons");
    }
  }

  private static List<String> states(String subject) {
    return World.json(
            vitalroutes.get(
                ACCOUNTS + "withings/links/?subject=" + subject, tokens.ofBackend("clinic")))
        .findValuesAsText("state");
  }

  private static HttpResponse<String> delete(String path, String token) {
    return RunningVitalroutes.send(
        vitalroutes.request(path).header("Authorization", "Bearer " + token).DELETE());
  }

  private static HttpResponse<String> page(String path, String languages) {
    return RunningVitalroutes.send(
        vitalroutes.request(path).header("Accept-Language", languages).GET());
  }

  // ── What was done ─────────────────────────────────────────────────────────────────────────────

  @Test
  void each_thing_that_is_done_to_an_account_leaves_one_row() throws Exception {
    String otto = tokens.ofOperator("otto");
    String scopes = "user.info,user.metrics,user.activity";
    connect("zoe", 150);
    AccountRef account = account("zoe");
    list("zoe");
    endsSoon(account);
    for (var found : callers.invokeAll(Collections.nCopies(20, refreshed(account)))) {
      assertThat(found.get()).isNotEmpty();
    }
    connect("zoe", 150);
    vitalroutes.get("/api/operations/accounts/" + account.id() + "/timeline", otto);
    vitalroutes.get("/api/operations/dead-letters?account=" + account.id(), otto);
    vitalroutes.get(ACCOUNTS + "export", tokens.of("zoe"));
    int version = token(account).version();
    allAtOnce(() -> vitalroutes.bean(AccountTokens.class).requireReconnect(account.id(), version));
    connect("zoe", 150);
    withings
        .faults()
        .add(Fault.httpStatus(503).onAction("revoke").onPath("/v2/oauth2").times(CALLERS));
    allAtOnce(() -> post("zoe", "withings/oauth/disconnect/", ""));
    await().atMost(SOON).until(() -> trail(account).size() == 10);
    // A repetition does nothing and leaves no audit row.
    post("zoe", "withings/oauth/disconnect/", "");

    List<String> trail =
        List.of(
            "zoe connect " + scopes,
            "system refresh a new token pair",
            "zoe reconnect " + scopes,
            "otto read_timeline notifications, requests, deliveries",
            "otto read_dead_letters rows of account=" + account.id(),
            "zoe export all",
            "system reconnect_required the provider refused the tokens",
            "zoe reconnect " + scopes,
            "zoe disconnect revocation pending, keep_data",
            "system revoke the provider revoked the grant");
    assertThat(trail(account)).isEqualTo(trail);

    assertThat(vitalroutes.post(ACCOUNTS + "erase/", tokens.of("zoe"), "").statusCode())
        .isEqualTo(200);
    vitalroutes.post(ACCOUNTS + "erase/", tokens.of("zoe"), "");

    assertThat(trail(account))
        .isEqualTo(
            IntStream.rangeClosed(0, trail.size())
                .mapToObj(
                    i ->
                        i == trail.size()
                            ? "erased erase all"
                            : trail.get(i).replaceFirst("^zoe ", "erased "))
                .toList());
  }

  private static String lastState;

  private static JsonNode begin(String subject, String provider) {
    JsonNode begun =
        World.json(
            post(subject, provider + "/oauth/initiate/", "{\"redirect_uri\": \"" + APP + "\"}"));
    lastState = begun.path("state").asText();
    return begun;
  }

  /** Consents at Withings; returns the redirect. */
  private static URI consent(String subject, long user) {
    if (withings.users().stream().noneMatch(known -> known.userid() == user)) {
      withings.addUser(user);
    }
    return World.redirect(
        URI.create(
            begin(subject, "withings").path("authorization_url").asText() + "&demo_user=" + user));
  }

  /** The redirect to the app. */
  private static URI connect(String subject, long user) {
    return atApp(subject, consent(subject, user));
  }

  /** The redirect to the app, after its session has confirmed. */
  private static URI atApp(String subject, URI callback) {
    return World.confirmed(World.redirect(callback), vitalroutes.url(), tokens.of(subject));
  }

  private static URI connectAcme(String subject, String user) {
    JsonNode begun = begin(subject, "acme");
    assertThat(begun.path("authorization_url").asText())
        .contains("redirect_uri=" + vitalroutes.url() + ACCOUNTS + "acme/oauth/callback/");
    String confirmation =
        World.redirect(
                URI.create(
                    vitalroutes.url()
                        + ACCOUNTS
                        + "acme/oauth/callback/?code=good-"
                        + user
                        + "&state="
                        + begun.path("state").asText()))
            .getQuery()
            .split("[&=]")[3];
    HttpResponse<String> confirmed = confirm(subject, "acme", confirmation, lastState);
    assertThat(confirmed.statusCode()).isEqualTo(200);
    return URI.create(APP + "?status=connected&state=" + lastState);
  }

  private static HttpResponse<String> post(String subject, String path, String json) {
    return vitalroutes.post(ACCOUNTS + path, tokens.of(subject), json);
  }

  private static JsonNode list(String subject) {
    return World.json(vitalroutes.get(ACCOUNTS, tokens.of(subject)));
  }

  private static String path(URI uri) {
    return uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static AccountRef account(String subject) {
    return vitalroutes.bean(Accounts.class).openOf(subject).get(0);
  }

  private static AccessToken token(AccountRef account) {
    return vitalroutes.bean(AccountTokens.class).accessToken(account.id());
  }

  private static void endsSoon(AccountRef account) {
    jdbc.sql("update connected_account set access_token_expires_at = now() where id = ?")
        .param(account.id())
        .update();
  }

  /** A worker whose token ends soon, and that retries while another worker refreshes it. */
  private static Callable<String> refreshed(AccountRef account) {
    AccessToken ending = token(account);
    return () ->
        await()
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () ->
                    vitalroutes
                        .bean(ProducerTemplate.class)
                        .send(
                            "direct:tokens-refresh",
                            exchange -> {
                              exchange.setVariable("account", account);
                              exchange.setVariable("token", ending);
                            }),
                exchange -> exchange.getException() == null)
            .getVariable("token", AccessToken.class)
            .value();
  }

  private static void callAs(AccountRef account, Exchange exchange) {
    exchange.setVariable("account", account);
    exchange.getMessage().setBody(WithingsCall.of("/v2/user", "getdevice"));
  }

  private static void allAtOnce(Runnable work) throws Exception {
    for (var done : callers.invokeAll(Collections.nCopies(CALLERS, Executors.callable(work)))) {
      done.get();
    }
  }

  private static List<String> trail(AccountRef account) {
    return jdbc.sql(
            "select actor || ' ' || action || ' ' || detail from audit_event where account_id = ?"
                + " order by id")
        .param(account.id())
        .query(String.class)
        .list();
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(World.json(answer).path("code").asText()).isEqualTo(code);
    assertThat(World.json(answer).path("status").asInt()).isEqualTo(status);
  }
}
