package org.vitalroutes.faults;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.faults.Hosts.Host;
import org.vitalroutes.simulator.SimulatorSettings;
import org.vitalroutes.simulator.WithingsSimulator;
import org.vitalroutes.testsupport.ApplicationProcess;
import org.vitalroutes.testsupport.FaultProxy;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/**
 * Vitalroutes in processes of their own that share one PostgreSQL, with a fault proxy before each
 * server that they call.
 */
final class Rig implements AutoCloseable {

  private static final Duration A_START = Duration.ofMinutes(5);
  private static final String CALLBACK = "/api/connected-accounts/withings/oauth/callback/";

  static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** Base URL of a replica. */
  record Replica(ApplicationProcess process, String url, String managementUrl) {

    boolean isReady() {
      try {
        return process.isRunning()
            && Rig.status(HttpRequest.newBuilder(URI.create(managementUrl + "/readiness")).GET())
                == 200;
      } catch (IOException e) {
        return false;
      }
    }
  }

  final String namespace = "urn:test:" + UUID.randomUUID();
  final RecordingFhirServer fhir = new RecordingFhirServer();
  final @Nullable Database database;
  final WithingsSimulator withings;
  final FaultProxy toFhir;
  final FaultProxy toWithings;
  final @Nullable FaultProxy toDatabase;

  private final UserTokens tokens = new UserTokens();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final List<String> managementAddresses = new ArrayList<>();
  private final List<List<String>> prefixes = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final String databaseUrl;

  Rig(int replicas) {
    this(replicas, new Database());
  }

  /** Prepares replicas without starting them. */
  Rig(int replicas, Database database) {
    this.database = database;
    for (int i = 0; i < replicas; i++) {
      addresses.add("localhost:" + RunningVitalroutes.freePort());
      managementAddresses.add("localhost:" + RunningVitalroutes.freePort());
      prefixes.add(List.of());
    }
    withings = simulator();
    toFhir = new FaultProxy(fhir.port());
    toWithings = new FaultProxy(withings.port());
    toDatabase = new FaultProxy(database.port());
    databaseUrl = database.url(database.port());
    prepare("localhost", database.url(toDatabase.port()));
  }

  /** Prepares replicas on hosts of their own, whose database is elsewhere. */
  Rig(List<Host> hosts, String databaseUrl) {
    this.database = null;
    this.hosts.addAll(hosts);
    for (Host host : hosts) {
      addresses.add(host.address() + ":8080");
      managementAddresses.add(host.address() + ":8081");
      prefixes.add(host.command());
    }
    withings = simulator();
    toFhir = new FaultProxy(fhir.port(), Hosts.outsideAddress());
    toWithings = new FaultProxy(withings.port(), Hosts.outsideAddress());
    toDatabase = null;
    this.databaseUrl = databaseUrl;
    set("MANAGEMENT_SERVER_ADDRESS", "0.0.0.0");
    prepare(Hosts.outside(), databaseUrl);
  }

  private WithingsSimulator simulator() {
    return new WithingsSimulator(
            new SimulatorSettings(
                    TestSettings.CLIENT_ID,
                    TestSettings.CLIENT_SECRET,
                    List.of(url(0) + CALLBACK, TestSettings.APP_REDIRECT_URI))
                .requestsPerMinute(0))
        .start();
  }

  private void prepare(String here, String database) {
    TestSettings settings =
        new TestSettings()
            .set("PUBLIC_URL", url(0))
            .set("SPRING_DATASOURCE_URL", database)
            .set("WITHINGS_API_URL", "http://" + here + ":" + toWithings.port())
            .set("WITHINGS_AUTHORIZE_URL", withings.authorizeUrl())
            .set("WITHINGS_SCOPES", "user.metrics")
            .set("WITHINGS_SUBSCRIPTIONS", "1")
            .set("WITHINGS_REQUESTS_PER_MINUTE", "0")
            .set("FHIR_SERVER_URL", "http://" + here + ":" + toFhir.port() + "/fhir")
            .set("FHIR_NAMESPACE", namespace)
            .set("FHIR_PATIENT_IDENTIFIER_SYSTEM", namespace + ":subject")
            .set(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                tokens.writePublicKey(temporaryFile()).toUri().toString());
    settings.variables().forEach(variables::putIfAbsent);
  }

  /** Sets a variable for replicas started later. */
  Rig set(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** The host of a replica, when it has one of its own. */
  Host host(int replica) {
    return hosts.get(replica);
  }

  String url(int replica) {
    return "http://" + addresses.get(replica);
  }

  /** Starts a replica; returns at once. */
  Replica launch(int number) {
    TestSettings settings = new TestSettings();
    variables.forEach(settings::set);
    settings
        .set("SERVER_PORT", port(addresses.get(number)))
        .set("MANAGEMENT_SERVER_PORT", port(managementAddresses.get(number)));
    Replica replica =
        new Replica(
            ApplicationProcess.start(settings, prefixes.get(number)),
            url(number),
            "http://" + managementAddresses.get(number) + "/actuator/health");
    synchronized (replicas) {
      replicas.removeIf(each -> !each.process().isRunning());
      replicas.add(replica);
    }
    return replica;
  }

  private static String port(String address) {
    return address.substring(address.indexOf(':') + 1);
  }

  /** Starts a replica and waits until it is ready. */
  Replica start(int number) {
    return ready(launch(number));
  }

  static Replica ready(Replica replica) {
    try {
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(A_START)
          .until(() -> replica.isReady() || !replica.process().isRunning());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not ready; it said:\n" + replica.process().output(), e);
    }
    if (!replica.process().isRunning()) {
      throw new AssertionError("it ended and said:\n" + replica.process().output());
    }
    return replica;
  }

  /** Connects users by the real flow and waits for their history. */
  void connect(Replica replica, long firstUser, int users) {
    for (long user = firstUser; user < firstUser + users; user++) {
      withings.addUser(user);
      connect(replica, user);
    }
    await().atMost(Duration.ofMinutes(5)).until(() -> waiting() == 0);
  }

  /** Connects an existing Withings user by the real flow. */
  void connect(Replica replica, long user) {
    HttpResponse<String> begun =
        RunningVitalroutes.send(
            HttpRequest.newBuilder(
                    URI.create(replica.url() + "/api/connected-accounts/withings/oauth/initiate/"))
                .header("Authorization", "Bearer " + tokens.of("user-" + user))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}")));
    String consent = World.json(begun).path("authorization_url").asText();
    URI app =
        World.confirmed(
            World.redirect(World.redirect(URI.create(consent + "&demo_user=" + user))),
            replica.url(),
            tokens.of("user-" + user));
    if (!app.toString().contains("status=connected")) {
      throw new AssertionError("user " + user + " is not connected: " + app);
    }
  }

  /** Sends a replica a notification of new measures in a span of seconds. */
  int notify(Replica replica, long user, long from, long to) throws IOException {
    return status(
        HttpRequest.newBuilder(URI.create(replica.url() + World.signedPath(user)))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "userid=" + user + "&appli=1&startdate=" + from + "&enddate=" + to)));
  }

  /** Lets everything be read again from a moment in epoch seconds until now, for every account. */
  void resyncAll(Replica replica, long from) throws IOException {
    for (UUID account : sql().sql("select id from connected_account").query(UUID.class).list()) {
      HttpRequest.Builder resync =
          HttpRequest.newBuilder(
                  URI.create(replica.url() + "/api/operations/accounts/" + account + "/resync"))
              .header("Authorization", "Bearer " + tokens.ofOperator("otto"))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"kinds\": [\"measures\"], \"from\": \""
                          + Instant.ofEpochSecond(from)
                          + "\"}"));
      if (status(resync) != 200) {
        throw new AssertionError("a resync was refused");
      }
    }
  }

  static int status(HttpRequest.Builder request) throws IOException {
    try {
      return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The database, not through the proxy. */
  JdbcClient sql() {
    return JdbcClient.create(new DriverManagerDataSource(databaseUrl, "postgres", "postgres"));
  }

  /** Queries of the database. */
  Inspection inspection() {
    return new Inspection(databaseUrl);
  }

  /**
   * The number of waiting notifications, sync requests and second reads of missing rows. Second
   * reads of windows without new data last half an hour and are not counted.
   */
  long waiting() {
    return sql()
        .sql(
            """
            select (select count(*) from notification where dispatched_at is null)
              + (select count(*) from sync_request
                where priority <> 'recheck' or not_before <= now())
              + (select count(*) from recheck where keys <> '{}')
            """)
        .query(Long.class)
        .single();
  }

  /** The number of dead letters. */
  long deadLetters() {
    return sql().sql("select count(*) from dead_letter").query(Long.class).single();
  }

  private static Path temporaryFile() {
    try {
      Path file = Files.createTempFile("user-tokens", ".pem");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    synchronized (replicas) {
      replicas.forEach(replica -> replica.process().close());
    }
    toFhir.close();
    toWithings.close();
    withings.close();
    fhir.close();
    if (database != null) {
      toDatabase.close();
      database.close();
    }
  }
}
