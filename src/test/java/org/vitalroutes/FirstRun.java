package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.vitalroutes.FirstRunPlan.RefusedException;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.simulator.SimulatorSettings;
import org.vitalroutes.simulator.WithingsSimulator;
import org.vitalroutes.testsupport.HapiFhirServer;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/**
 * The first run, {@code ./mvnw spring-boot:test-run}: everything on one machine, with a demo user
 * whose year of data goes from a simulated Withings into a real FHIR server. With {@code
 * WITHINGS_CLIENT_ID} and {@code WITHINGS_CLIENT_SECRET} it uses the real Withings; {@code
 * -Dfhir=R4} starts a FHIR server of R4, {@code -Dfhir=URL} uses one that runs already.
 */
public final class FirstRun {

  private static final long DEMO_USER = 1001;
  private static final String SUBJECT = "demo-user";
  private static final Path STORED = Path.of(".vitalroutes");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String STILL_COMING =
      "The history is still on its way, and the account below says how far it is";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instant begun = Instant.now();
  private final int port = port("SERVER_PORT", 8080);
  private final int managementPort = port("MANAGEMENT_SERVER_PORT", 8081);
  private final int fhirPort = port("FHIR_PORT", 8090);
  private final int simulatorPort = port("SIMULATOR_PORT", 8091);
  private final int jolokiaPort = port("JOLOKIA_PORT", 8778);

  private final FirstRunPlan plan =
      FirstRunPlan.of(System.getenv(), System.getProperty("fhir", "R5"));
  private final UserTokens tokens = new UserTokens();

  private FirstRun() {}

  public static void main(String[] args) {
    try {
      new FirstRun().run();
    } catch (RefusedException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    } catch (RuntimeException e) {
      stopLogging();
      e.printStackTrace();
      System.exit(1);
    }
  }

  private void run() {
    requireFree(port, "Vitalroutes", "SERVER_PORT");
    requireFree(managementPort, "health and metrics", "MANAGEMENT_SERVER_PORT");
    if (plan.fhirUrl() == null) {
      requireFree(fhirPort, "the FHIR server", "FHIR_PORT");
    } else {
      requireAnswer(plan.fhirUrl());
    }
    if (plan.isReal()) {
      runWithWithings();
    } else {
      runWithSimulator();
    }
  }

  private void runWithSimulator() {
    requireFree(simulatorPort, "the Withings simulator", "SIMULATOR_PORT");
    say("starting PostgreSQL" + aFhirServer() + "the Withings simulator; this takes a minute");
    CompletableFuture<Optional<HapiFhirServer>> fhirStarting = startFhirServer(null);
    LocalPostgres postgres = LocalPostgres.start();
    say("PostgreSQL is up");
    WithingsSimulator withings = simulator();
    SimulatedUser user = withings.addUser(DEMO_USER, ZoneId.of("Europe/Paris"), "Ada");
    DemoData.year(user, withings.clock());
    say("the Withings simulator is up, with a user who has a year of data");
    if (plan.fhirUrl() != null) {
      say("the invented data of the demo user goes to " + plan.fhirUrl());
    }
    TestSettings settings =
        settings(new TestSettings(), postgres)
            .set("WITHINGS_API_URL", withings.baseUrl())
            .set("WITHINGS_AUTHORIZE_URL", withings.authorizeUrl());
    RunningVitalroutes vitalroutes = start(settings, fhirStarting, withings);
    String jolokia = startJolokia();

    connect(vitalroutes, tokens.of(SUBJECT));
    say("the demo user is connected and subscribed; the history is on its way");
    boolean filled = awaitHistory(vitalroutes);
    String landed =
        plan.fhirUrl() == null
            ? String.format(Locale.ROOT, "%,d Observations of a year", observations())
            : "A year of data";
    explain(
        filled ? landed + " landed in the FHIR server" : STILL_COMING,
        "Withings simulator   http://localhost:%-15d what it can do: docs/simulator.md"
            .formatted(simulatorPort),
        jolokia,
        """
        Make the demo user step on the scale, then look again:
          curl -X POST http://localhost:%d/simulator/users/%d/weigh-in
        """
            .formatted(simulatorPort, DEMO_USER),
        "");
    waitForever();
  }

  private void runWithWithings() {
    FirstRunPlan.Application withings = Objects.requireNonNull(plan.withings());
    FirstRunFolder stored = FirstRunFolder.open(STORED, plan);
    say(
        "starting PostgreSQL"
            + aFhirServer()
            + "Vitalroutes, for the real Withings; this takes a minute");
    CompletableFuture<Optional<HapiFhirServer>> fhirStarting = startFhirServer(stored.part("fhir"));
    LocalPostgres postgres = LocalPostgres.start(stored.part("postgresql"));
    say("PostgreSQL is up");
    TestSettings settings =
        settings(new TestSettings(), postgres)
            .set("WITHINGS_CLIENT_ID", withings.clientId())
            .set("WITHINGS_CLIENT_SECRET", withings.clientSecret())
            .set("CONNECT_PAGE_NAME", "Vitalroutes on this machine")
            .set("CATCH_UP_EVERY", plan.catchUpEvery())
            // With a new PUBLIC_URL the accounts of an earlier run are subscribed soon.
            .set("SUBSCRIPTION_CHECK_EVERY", "PT10M");
    settings.set(
        "TOKEN_ENCRYPTION_KEYSET",
        stored.keep("keyset.json", settings.variables().get("TOKEN_ENCRYPTION_KEYSET")));
    if (plan.publicUrl() != null) {
      settings.set("PUBLIC_URL", plan.publicUrl());
    }
    if (!plan.getsNotifications()) {
      settings.set("WITHINGS_SUBSCRIPTIONS", "");
    }
    RunningVitalroutes vitalroutes = start(settings, fhirStarting, () -> {});
    String jolokia = startJolokia();
    String polls =
        plan.getsNotifications()
            ? """
              Withings sends notifications to %s, if that leads to port %d of this machine;
              otherwise a poll every %s brings what is new."""
                .formatted(
                    plan.publicUrl(),
                    port,
                    plan.catchUpEvery().substring(2).toLowerCase(Locale.ROOT))
            : """
              Withings sends notifications to a public HTTPS address only, and this run has none (PUBLIC_URL).
              Nothing is subscribed; a poll every %s brings what is new."""
                .formatted(plan.catchUpEvery().substring(2).toLowerCase(Locale.ROOT));
    if (!"connected".equals(account(vitalroutes).path("status").asText())) {
      askToConnect(vitalroutes, polls);
      while (!"connected".equals(account(vitalroutes).path("status").asText())) {
        pause(Duration.ofSeconds(2));
      }
    }
    say("the account is connected; its history is on its way");
    boolean filled = awaitHistory(vitalroutes);
    explain(
        filled ? "The history of your account is in the FHIR server" : STILL_COMING,
        "Withings             the real one, as application " + withings.clientId(),
        jolokia,
        "",
        """
        %s

        Tokens and data of this run are in %s%s, and the next run goes on with them. To end the access:
          curl -X POST -H 'Authorization: Bearer (the last token)' 'http://localhost:%d/api/connected-accounts/withings/oauth/disconnect/?subject=%s'
        To delete them, after Ctrl-C:
          rm -r %s

        """
            .formatted(
                polls,
                stored,
                plan.fhirUrl() == null ? "" : " (the resources in " + plan.fhirUrl() + ")",
                port,
                SUBJECT,
                stored));
    waitForever();
  }

  private void askToConnect(RunningVitalroutes vitalroutes, String polls) {
    JsonNode link =
        json(
            vitalroutes.post(
                "/api/connected-accounts/withings/links/",
                tokens.ofBackend("demo-backend"),
                "{\"subject\": \"%s\"}".formatted(SUBJECT)));
    String local = "http://localhost:" + port;
    String publicUrl = plan.publicUrl() == null ? local : plan.publicUrl();
    System.out.printf(
        """

        Vitalroutes runs, with the real Withings. %s

        1. Register this callback URL with your application at Withings, exactly:
             %s/api/connected-accounts/withings/oauth/callback/
           If Withings refuses it because of localhost: docs/connect.md#try-it-with-a-real-account
        2. Open this link in a browser of this machine, and sign in at Withings:
             %s%s

        """,
        polls, publicUrl, local, URI.create(link.path("url").asText()).getPath());
    say("waiting for you to connect");
  }

  private String aFhirServer() {
    return plan.fhirUrl() == null
        ? ", a HAPI FHIR " + plan.fhirVersion() + " server and "
        : " and ";
  }

  private CompletableFuture<Optional<HapiFhirServer>> startFhirServer(@Nullable Path data) {
    FhirVersion version = plan.fhirVersion();
    return version == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.supplyAsync(
            () -> Optional.of(HapiFhirServer.start(version, data, fhirPort)));
  }

  /** Starts Vitalroutes beside its FHIR server, as each has a time in which it uses one core. */
  private RunningVitalroutes start(
      TestSettings settings,
      CompletableFuture<Optional<HapiFhirServer>> fhirStarting,
      AutoCloseable withings) {
    RunningVitalroutes vitalroutes = started(settings);
    say("Vitalroutes is up");
    Optional<HapiFhirServer> fhir = fhirStarting.join();
    fhir.ifPresent(up -> say("the FHIR server is up"));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(vitalroutes, withings, fhir.orElse(null))));
    return vitalroutes;
  }

  /**
   * Camel's MBeans over HTTP, for Hawtio; on the loopback interface only. By name, as only
   * spring-boot:test-run has it on its class path.
   */
  private String startJolokia() {
    int free = isFree(jolokiaPort) ? jolokiaPort : 0;
    PrintStream out = System.out;
    try {
      // It says on the standard output that it started.
      System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
      Class.forName("org.jolokia.jvmagent.JvmAgent")
          .getMethod("agentmain", String.class, Instrumentation.class)
          .invoke(
              null,
              "discoveryEnabled=false,policyLocation=classpath:/jolokia-access.xml,"
                  + "host=127.0.0.1,port="
                  + free,
              null);
      // It starts in a thread of its own.
      await().until(() -> System.getProperty("jolokia.agent") != null);
      return System.getProperty("jolokia.agent");
    } catch (ClassNotFoundException e) {
      return "(with Maven only)";
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      System.setOut(out);
    }
  }

  private WithingsSimulator simulator() {
    String callback =
        "http://localhost:" + port + "/api/connected-accounts/withings/oauth/callback/";
    return new WithingsSimulator(
            new SimulatorSettings(
                TestSettings.CLIENT_ID, TestSettings.CLIENT_SECRET, List.of(callback)))
        .start(simulatorPort);
  }

  private static RunningVitalroutes started(TestSettings settings) {
    try {
      return RunningVitalroutes.start(settings);
    } catch (RuntimeException e) {
      // Spring has written it, after lines about the route files.
      stopLogging();
      throw new RefusedException("Vitalroutes does not start; the first ERROR above says why.");
    }
  }

  private TestSettings settings(TestSettings settings, LocalPostgres postgres) {
    return settings
        .unset("WITHINGS_REQUESTS_PER_MINUTE")
        .set("SERVER_PORT", Integer.toString(port))
        .set("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort))
        .set("PUBLIC_URL", "http://localhost:" + port)
        .set("SPRING_DATASOURCE_URL", postgres.url())
        .set("FHIR_SERVER_URL", fhirUrl())
        .set("CONNECT_PAGE_NAME", "Demo Clinic")
        .set(
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
            tokens.writePublicKey(temporary("first-run", ".pem")).toUri().toString())
        // Routes and mapping tables are read from folders and reloaded when edited.
        .set("CAMEL_MAIN_ROUTES_INCLUDE_PATTERN", "file:routes/*.camel.yaml,file:routes/*.java")
        .set("ROUTES_RELOAD", "true")
        .set("CAMEL_MAIN_DEV_CONSOLE_ENABLED", "true")
        .set("CAMEL_TRACE_STANDBY", "true")
        .set("MAPPING_DIRECTORY", "src/main/resources/mapping")
        .set("LOGGING_LEVEL_ROOT", "WARN");
  }

  /** The OAuth flow over HTTP, as in the demo user's browser. */
  private void connect(RunningVitalroutes vitalroutes, String token) {
    HttpResponse<String> begun =
        vitalroutes.post(
            "/api/connected-accounts/withings/oauth/initiate/",
            token,
            "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}");
    URI consent = URI.create(json(begun).path("authorization_url").asText());
    HttpResponse<String> consented = RunningVitalroutes.send(HttpRequest.newBuilder(consent).GET());
    URI callback = location(consented);
    URI app =
        World.confirmed(
            location(RunningVitalroutes.send(HttpRequest.newBuilder(callback).GET())),
            vitalroutes.url(),
            token);
    if (!app.toString().contains("status=connected")) {
      throw new IllegalStateException("the demo user could not be connected: " + app);
    }
  }

  /** Shows how the history arrives, for a while; whether all of it did. */
  private boolean awaitHistory(RunningVitalroutes vitalroutes) {
    Instant end = Instant.now().plus(PATIENCE);
    String shown = "";
    while (Instant.now().isBefore(end)) {
      JsonNode kinds = account(vitalroutes).path("kinds");
      if (isFilled(kinds)) {
        return true;
      }
      String now = "the history: " + progress(kinds);
      if (!now.equals(shown)) {
        say(now);
        shown = now;
      }
      pause(Duration.ofSeconds(1));
    }
    return false;
  }

  /** The user's account; missing while none is connected. */
  private JsonNode account(RunningVitalroutes vitalroutes) {
    return json(vitalroutes.get("/api/connected-accounts/", tokens.of(SUBJECT))).path(0);
  }

  private static boolean isFilled(JsonNode kinds) {
    boolean filled = !kinds.isEmpty();
    for (JsonNode kind : kinds) {
      filled &= isGranted(kind) ? kind.path("history_progress").asInt() == 100 : true;
    }
    return filled;
  }

  private static String progress(JsonNode kinds) {
    return kinds.properties().stream()
        .map(
            kind ->
                kind.getKey()
                    + (isGranted(kind.getValue())
                        ? " " + kind.getValue().path("history_progress").asInt() + " %"
                        : " not granted"))
        .collect(Collectors.joining(", "));
  }

  private static boolean isGranted(JsonNode kind) {
    return !kind.hasNonNull("not_synced");
  }

  private int observations() {
    HttpRequest.Builder count =
        HttpRequest.newBuilder(
                URI.create(fhirUrl() + "/Observation?_summary=count&_total=accurate"))
            .header("Cache-Control", "no-cache")
            .GET();
    return json(RunningVitalroutes.send(count)).path("total").asInt();
  }

  private void explain(String landed, String withings, String jolokia, String news, String end) {
    String latest = fhirUrl() + "/Observation?code=29463-7&_sort=-date&_count=1&_pretty=true";
    System.out.printf(
        Locale.ROOT,
        """

        Vitalroutes runs. %s, %d s after the start.

          Vitalroutes          http://localhost:%d            webhook and connected accounts
          console              http://localhost:%d/console    the operator's view; sign in with the token below
          health and metrics   http://localhost:%d/actuator   health, prometheus
          FHIR server%-9s %s
          %s
          Camel's MBeans       %-32s for Hawtio and Camel's command line: docs/routes.md

        Look at the newest weight:
          curl '%s'
        %sThe %suser's account:
          curl -H 'Authorization: Bearer %s' http://localhost:%d/api/connected-accounts/
        An operator's and backend's token for the console, good for a day:
          %s

        %sEdit a file in routes/ and it is reloaded. Ctrl-C stops everything.
        """,
        landed,
        Duration.between(begun, Instant.now()).toSeconds(),
        port,
        managementPort,
        managementPort,
        plan.fhirVersion() == null ? "" : " (" + plan.fhirVersion() + ")",
        fhirUrl(),
        withings,
        jolokia,
        latest,
        news,
        plan.isReal() ? "" : "demo ",
        tokens.of(SUBJECT),
        port,
        tokens.ofOperatorForADay("demo-operator"),
        end);
  }

  private String fhirUrl() {
    return plan.fhirUrl() == null ? "http://localhost:" + fhirPort + "/fhir" : plan.fhirUrl();
  }

  private void say(String what) {
    System.out.printf(
        Locale.ROOT,
        "%5.1f s  %s%n",
        Duration.between(begun, Instant.now()).toMillis() / 1000.0,
        what);
  }

  private static void stop(
      RunningVitalroutes vitalroutes, AutoCloseable withings, @Nullable HapiFhirServer fhir) {
    stopLogging();
    System.out.println("stopping");
    vitalroutes.close();
    try {
      withings.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    if (fhir != null) {
      fhir.close();
    }
  }

  /** PostgreSQL stops at the same time by its own shutdown hook; messages about that are noise. */
  private static void stopLogging() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  private static int port(String variable, int otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void requireFree(int port, String what, String variable) {
    if (!isFree(port)) {
      throw new RefusedException(
          "Port %d is in use, and %s needs it. Stop what uses it, or set %s to another port."
              .formatted(port, what, variable));
    }
  }

  private static void requireAnswer(String fhirUrl) {
    try {
      RunningVitalroutes.send(HttpRequest.newBuilder(URI.create(fhirUrl + "/metadata")).GET());
    } catch (UncheckedIOException e) {
      throw new RefusedException("The FHIR server of -Dfhir=" + fhirUrl + " does not answer.");
    }
  }

  private static URI location(HttpResponse<String> response) {
    return URI.create(
        response
            .headers()
            .firstValue("Location")
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "HTTP " + response.statusCode() + " does not redirect")));
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary(String name, String suffix) {
    try {
      Path file = Files.createTempFile(name, suffix);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(Duration duration) {
    try {
      TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void waitForever() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
