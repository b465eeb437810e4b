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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
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
 * The first run: everything on one machine, with a demo user whose year of data goes from a
 * simulated Withings into a real FHIR server. {@code ./mvnw spring-boot:test-run} starts it; with
 * {@code -Dfhir=R4} the FHIR server is of R4.
 */
public final class FirstRun {

  private static final long DEMO_USER = 1001;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instant begun = Instant.now();
  private final int port = port("SERVER_PORT", 8080);
  private final int managementPort = port("MANAGEMENT_SERVER_PORT", 8081);
  private final int fhirPort = port("FHIR_PORT", 8090);
  private final int simulatorPort = port("SIMULATOR_PORT", 8091);
  private final int jolokiaPort = port("JOLOKIA_PORT", 8778);

  private final FhirVersion fhirVersion = FhirVersion.valueOf(System.getProperty("fhir", "R5"));

  private FirstRun() {}

  public static void main(String[] args) {
    try {
      new FirstRun().run();
    } catch (PortInUseException e) {
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
    requireFree(fhirPort, "the FHIR server", "FHIR_PORT");
    requireFree(simulatorPort, "the Withings simulator", "SIMULATOR_PORT");
    say(
        "starting PostgreSQL, a HAPI FHIR "
            + fhirVersion
            + " server and the Withings simulator; this takes a minute");

    CompletableFuture<HapiFhirServer> fhirStarting =
        CompletableFuture.supplyAsync(() -> HapiFhirServer.start(fhirVersion, null, fhirPort));
    LocalPostgres postgres = LocalPostgres.start();
    say("PostgreSQL is up");
    WithingsSimulator withings = simulator();
    SimulatedUser user = withings.addUser(DEMO_USER, ZoneId.of("Europe/Paris"), "Ada");
    DemoData.year(user, withings.clock());
    say("the Withings simulator is up, with a user who has a year of data");

    UserTokens tokens = new UserTokens();
    // Before Vitalroutes, which would warn of a FHIR server that is down.
    HapiFhirServer fhir = fhirStarting.join();
    say("the FHIR server is up");
    RunningVitalroutes vitalroutes = RunningVitalroutes.start(settings(postgres, withings, tokens));
    String jolokia = startJolokia();
    say("Vitalroutes is up");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vitalroutes, withings, fhir)));

    String token = tokens.of("demo-user");
    connect(vitalroutes, token);
    say("the demo user is connected and subscribed; the history is on its way");
    int landed = awaitHistory(vitalroutes, token);
    explain(landed, jolokia, token, tokens.ofOperatorForADay("demo-operator"));
    waitForever();
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

  private TestSettings settings(
      LocalPostgres postgres, WithingsSimulator withings, UserTokens tokens) {
    return new TestSettings()
        .unset("WITHINGS_REQUESTS_PER_MINUTE")
        .set("SERVER_PORT", Integer.toString(port))
        .set("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort))
        .set("PUBLIC_URL", "http://localhost:" + port)
        .set("SPRING_DATASOURCE_URL", postgres.url())
        .set("WITHINGS_API_URL", withings.baseUrl())
        .set("WITHINGS_AUTHORIZE_URL", withings.authorizeUrl())
        .set("FHIR_SERVER_URL", fhirUrl())
        .set("CONNECT_PAGE_NAME", "Demo Clinic")
        .set(
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
            tokens.writePublicKey(temporary("first-run", ".pem")).toUri().toString())
        // Routes and mapping tables are read from folders and reloaded when edited.
        .set("CAMEL_MAIN_ROUTES_INCLUDE_PATTERN", "file:routes/*.camel.yaml,file:routes/*.java")
        .set("ROUTES_RELOAD", "true")
        .set("CAMEL_MAIN_DEV_CONSOLE_ENABLED", "true")
        .set("CAMEL_MAIN_BACKLOG_TRACING_STANDBY", "true")
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

  private int awaitHistory(RunningVitalroutes vitalroutes, String token) {
    Instant end = Instant.now().plus(PATIENCE);
    int shown = -1;
    while (Instant.now().isBefore(end)) {
      JsonNode accounts = json(vitalroutes.get("/api/connected-accounts/", token));
      int landed = observations();
      if (isFilled(accounts.path(0).path("kinds"))) {
        return landed;
      }
      if (landed != shown) {
        say(String.format(Locale.ROOT, "%,6d Observations in the FHIR server", landed));
        shown = landed;
      }
      pause(Duration.ofSeconds(1));
    }
    throw new IllegalStateException(
        "the history did not arrive within " + PATIENCE.toMinutes() + " minutes");
  }

  private static boolean isFilled(JsonNode kinds) {
    boolean filled = !kinds.isEmpty();
    for (JsonNode kind : kinds) {
      filled &= kind.path("history_progress").asInt() == 100;
    }
    return filled;
  }

  private int observations() {
    HttpRequest.Builder count =
        HttpRequest.newBuilder(
                URI.create(fhirUrl() + "/Observation?_summary=count&_total=accurate"))
            .header("Cache-Control", "no-cache")
            .GET();
    return json(RunningVitalroutes.send(count)).path("total").asInt();
  }

  private void explain(int landed, String jolokia, String token, String operatorToken) {
    String latest = fhirUrl() + "/Observation?code=29463-7&_sort=-date&_count=1&_pretty=true";
    System.out.printf(
        Locale.ROOT,
        """

        Vitalroutes runs. %,d Observations of a year landed in the FHIR server, %d s after the start.

          Vitalroutes          http://localhost:%d            webhook and connected accounts
          console              http://localhost:%d/console    the operator's view; sign in with the token below
          health and metrics   http://localhost:%d/actuator   health, prometheus
          FHIR server (%-5s   %s
          Withings simulator   http://localhost:%d            what it can do: docs/simulator.md
          Camel's MBeans       %-32s for Hawtio and Camel's command line: docs/routes.md

        Look at the newest weight:
          curl '%s'
        Make the demo user step on the scale, then look again:
          curl -X POST http://localhost:%d/simulator/users/%d/weigh-in
        The demo user's account:
          curl -H 'Authorization: Bearer %s' http://localhost:%d/api/connected-accounts/
        An operator's and backend's token for the console, good for a day:
          %s

        Edit a file in routes/ and it is reloaded. Ctrl-C stops everything.
        """,
        landed,
        Duration.between(begun, Instant.now()).toSeconds(),
        port,
        managementPort,
        managementPort,
        fhirVersion + ")",
        fhirUrl(),
        simulatorPort,
        jolokia,
        latest,
        simulatorPort,
        DEMO_USER,
        token,
        port,
        operatorToken);
  }

  private String fhirUrl() {
    return "http://localhost:" + fhirPort + "/fhir";
  }

  private void say(String what) {
    System.out.printf(
        Locale.ROOT,
        "%5.1f s  %s%n",
        Duration.between(begun, Instant.now()).toMillis() / 1000.0,
        what);
  }

  private static void stop(
      RunningVitalroutes vitalroutes, WithingsSimulator withings, HapiFhirServer fhir) {
    stopLogging();
    System.out.println("stopping");
    vitalroutes.close();
    withings.close();
    fhir.close();
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
      throw new PortInUseException(
          "Port %d is in use, and %s needs it. Stop what uses it, or set %s to another port."
              .formatted(port, what, variable));
    }
  }

  private static final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortInUseException(String message) {
      super(message);
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
