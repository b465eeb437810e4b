package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.simulator.SimulatorSettings;
import org.vitalroutes.simulator.WithingsSimulator;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.RefreshRight;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.TokenReply;
import org.vitalroutes.withings.WithingsCall;

/** Two replicas on one database keep one valid token pair under all faults. */
@Order(1)
class TokenRefreshTest {

  private static final long USER = 4711;
  private static final int ROUNDS = Integer.getInteger("vitalroutes.test.refreshes", 40);
  private static final int CRASHES = 10;
  private static final int JOBS = 50;
  private static final String REFRESH_CALL = "/v2/oauth2 requesttoken refresh_token";
  private static final WithingsCall CALL = WithingsCall.of("/measure", "getmeas");

  @TempDir static Path folder;

  static final String database = LocalPostgres.shared().newDatabase();
  static final JdbcClient jdbc =
      JdbcClient.create(new DriverManagerDataSource(database, "postgres", "postgres"));
  static final UserTokens tokens = new UserTokens();
  static final ExecutorService jobs = Executors.newFixedThreadPool(JOBS);
  static WithingsSimulator withings;
  static List<RunningVitalroutes> replicas;
  static AccountRef account;

  @BeforeAll
  static void start() {
    int port = RunningVitalroutes.freePort();
    String publicUrl = "http://localhost:" + port;
    withings =
        new WithingsSimulator(
                new SimulatorSettings(
                        TestSettings.CLIENT_ID,
                        TestSettings.CLIENT_SECRET,
                        List.of(publicUrl + "/api/connected-accounts/withings/oauth/callback/"))
                    .requestsPerMinute(0))
            .start();
    withings.addUser(USER);
    // Fetches nothing unless a test does.
    TestSettings settings =
        new TestSettings()
            .set("SERVER_PORT", Integer.toString(port))
            .set("PUBLIC_URL", publicUrl)
            .set("SPRING_DATASOURCE_URL", database)
            .set("WITHINGS_API_URL", withings.baseUrl())
            .set("WITHINGS_AUTHORIZE_URL", withings.authorizeUrl())
            .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
            .set("FETCH_INTERVAL", "3600000")
            .set(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString());
    replicas = List.of(replica(settings, port), replica(settings, RunningVitalroutes.freePort()));
    connect();
  }

  private static RunningVitalroutes replica(TestSettings settings, int port) {
    return RunningVitalroutes.start(
        settings
            .set("SERVER_PORT", Integer.toString(port))
            .set("MANAGEMENT_SERVER_PORT", Integer.toString(RunningVitalroutes.freePort())));
  }

  private static void connect() {
    var begun =
        replicas
            .get(0)
            .post(
                "/api/connected-accounts/withings/oauth/initiate/",
                tokens.of("jane"),
                "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}");
    URI consent =
        URI.create(World.json(begun).path("authorization_url").asText() + "&demo_user=" + USER);
    assertThat(
            World.confirmed(
                World.redirect(World.redirect(consent)), replicas.get(0).url(), tokens.of("jane")))
        .asString()
        .contains("status=connected");
    account = replicas.get(0).bean(Accounts.class).openOf("jane").get(0);
  }

  @AfterAll
  static void stop() {
    jobs.shutdownNow();
    replicas.forEach(RunningVitalroutes::close);
    withings.close();
  }

  @BeforeEach
  void forget() {
    withings.calls().clear();
  }

  @Test
  void an_expired_token_is_refreshed_once_however_many_jobs_need_it() {
    AtomicInteger waits = new AtomicInteger();
    for (int round = 1; round <= ROUNDS; round++) {
      if (round % 2 == 0) {
        endsSoon();
      } else {
        // Vitalroutes learns of it from Withings' answer.
        withings.expireAccessTokens(USER);
      }

      CompletableFuture.allOf(
              IntStream.range(0, JOBS)
                  .mapToObj(job -> fetch(job % replicas.size(), waits))
                  .toArray(CompletableFuture[]::new))
          .orTimeout(30, TimeUnit.SECONDS)
          .join();

      assertThat(withings.calls().count(REFRESH_CALL)).as("round %d", round).isEqualTo(round);
    }
    assertThat(status()).isEqualTo("connected");
    assertThat(neverLost()).isTrue();
  }

  @Test
  void a_lost_answer_of_a_refresh_is_healed() {
    for (int round = 0; round < CRASHES; round++) {
      endsSoon();
      withings
          .faults()
          .add(Fault.of(Fault.Kind.RESET).losingAnswer().onAction("requesttoken").times(1));

      // The other replica repairs it; then this one calls, so that its breaker sees that Withings
      // is up.
      assertThat(get(0).getException()).isInstanceOf(Exception.class);
      assertThat(get(1).getException()).as("round %d", round).isNull();
      assertThat(get(0).getException()).isNull();
      assertThat(get(0).getException()).isNull();
    }
    assertThat(neverLost()).isTrue();
  }

  @Test
  void a_replica_that_dies_between_the_answer_and_the_commit_loses_nobody() {
    for (int round = 0; round < CRASHES; round++) {
      endsSoon();
      RefreshRight right = right();
      refreshed(right.refreshToken());

      assertThat(get(1).getException()).isInstanceOf(ProviderUnavailableException.class);
      timePasses();
      assertThat(get(1).getException()).as("round %d", round).isNull();
    }
    assertThat(neverLost()).isTrue();
  }

  @Test
  void a_replica_that_dies_between_the_commit_and_the_first_use_loses_nobody() {
    for (int round = 0; round < CRASHES; round++) {
      endsSoon();
      RefreshRight right = right();
      tokens(0).store(right, refreshed(right.refreshToken()));

      assertThat(get(1).getException()).as("round %d", round).isNull();
    }
    assertThat(neverLost()).isTrue();
  }

  @Test
  void a_pair_that_withings_does_not_know_is_left_by_the_way_back() {
    endsSoon();
    RefreshRight right = right();
    tokens(0).store(right, unknown());

    assertThat(get(1).getException()).isNull();
    assertThat(neverLost()).isTrue();
  }

  @Test
  void a_pair_that_comes_too_late_is_dropped() {
    endsSoon();
    RefreshRight late = right();
    timePasses();
    assertThat(get(1).getException()).isNull();
    int version = tokens(0).accessToken(account.id()).version();

    tokens(0).store(late, unknown());

    assertThat(tokens(0).accessToken(account.id()).version()).isEqualTo(version);
    assertThat(get(0).getException()).isNull();
  }

  @Test
  void a_right_that_has_ended_does_not_end_the_next_one() {
    RefreshRight late = right();
    timePasses();
    RefreshRight next = right();

    tokens(0).releaseRefresh(late);
    assertThat(tokens(1).claimRefresh(account.id(), next.version())).isEmpty();

    tokens(0).releaseRefresh(next);
    tokens(1).releaseRefresh(right());
  }

  @Test
  void a_refusal_of_an_older_pair_ends_nothing() {
    int version = tokens(0).accessToken(account.id()).version();

    tokens(0).requireReconnect(account.id(), version - 1);

    assertThat(status()).isEqualTo("connected");
  }

  /** Fetches, and retries after a moment while another worker refreshes. */
  private static CompletableFuture<Void> fetch(int replica, AtomicInteger waits) {
    return CompletableFuture.supplyAsync(() -> get(replica), jobs)
        .thenCompose(
            answer -> {
              if (answer.getException() == null) {
                return CompletableFuture.completedFuture(null);
              }
              assertThat(answer.getException()).isInstanceOf(ProviderUnavailableException.class);
              waits.incrementAndGet();
              return CompletableFuture.runAsync(
                      () -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                  .thenCompose(waited -> fetch(replica, waits));
            });
  }

  private static Exchange get(int replica) {
    return replicas
        .get(replica)
        .bean(ProducerTemplate.class)
        .send(
            "direct:tokens-call",
            exchange -> {
              exchange.getMessage().setBody(CALL);
              exchange.setVariable("account", account);
            });
  }

  private static AccountTokens tokens(int replica) {
    return replicas.get(replica).bean(AccountTokens.class);
  }

  private static RefreshRight right() {
    int version = tokens(0).accessToken(account.id()).version();
    return tokens(0).claimRefresh(account.id(), version).orElseThrow();
  }

  /** Withings' answer to a refresh token. */
  private static Tokens refreshed(String refreshToken) {
    WithingsCall call =
        TokenCall.refresh(TestSettings.CLIENT_ID, TestSettings.CLIENT_SECRET, refreshToken);
    return TokenReply.read(
        replicas
            .get(0)
            .bean(ProducerTemplate.class)
            .requestBody("direct:call", call, JsonNode.class),
        List.of(),
        Clock.systemUTC());
  }

  private static Tokens unknown() {
    return new Tokens(
        Long.toString(USER),
        "unknown-access",
        "unknown-refresh",
        Instant.now().plus(Duration.ofHours(3)),
        List.of("user.metrics"));
  }

  private static void endsSoon() {
    jdbc.sql("update connected_account set access_token_expires_at = now()").update();
  }

  /** A time after which the right to refresh of a dead replica has ended. */
  private static void timePasses() {
    jdbc.sql("update connected_account set refreshing_until = now() - interval '1 second'")
        .update();
  }

  private static String status() {
    return jdbc.sql("select status from connected_account").query(String.class).single();
  }

  private static boolean neverLost() {
    return jdbc.sql("select count(*) from audit_event where action = 'reconnect_required'")
            .query(Long.class)
            .single()
        == 0;
  }
}
