package org.vitalroutes.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.simulator.SimulatorSettings;
import org.vitalroutes.simulator.WithingsSimulator;

/**
 * Vitalroutes with PostgreSQL, a HAPI FHIR server and a simulated Withings on the loopback
 * interface.
 */
public final class World implements AutoCloseable {

  /** The database role of Vitalroutes. */
  public static final String SERVICE_ROLE = "vitalroutes service";

  private static final Pattern CONFIRM =
      Pattern.compile("([^?]+)\\?status=confirm&confirmation=([^&]+)&state=([^&]+)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final UserTokens tokens = new UserTokens();
  private final WithingsSimulator withings;

  /** The FHIR server is shared, so each world writes under its own namespace. */
  private final String namespace = "urn:test:" + UUID.randomUUID();

  private final FhirStore fhir;
  private final TestSettings settings = new TestSettings();
  private final String database = LocalPostgres.shared().newDatabase();

  /** Starts the surroundings; {@link #start} starts Vitalroutes. */
  public World() {
    this(FhirVersion.R5);
  }

  /** Starts the surroundings with a FHIR server of this version. */
  public World(FhirVersion version) {
    fhir = new FhirStore(HapiFhirServer.shared(version).baseUrl(), namespace + ":subject", version);
    int port = RunningVitalroutes.freePort();
    String publicUrl = "http://localhost:" + port;
    withings =
        new WithingsSimulator(
                new SimulatorSettings(
                        TestSettings.CLIENT_ID,
                        TestSettings.CLIENT_SECRET,
                        List.of(
                            publicUrl + "/api/connected-accounts/withings/oauth/callback/",
                            TestSettings.APP_REDIRECT_URI))
                    .requestsPerMinute(0))
            .start();
    settings
        .set("SERVER_PORT", Integer.toString(port))
        .set("MANAGEMENT_SERVER_PORT", Integer.toString(RunningVitalroutes.freePort()))
        .set("PUBLIC_URL", publicUrl)
        .set("SPRING_DATASOURCE_URL", database)
        // As in production, another role owns the tables.
        .set("SPRING_DATASOURCE_USERNAME", SERVICE_ROLE)
        .set("SPRING_FLYWAY_USER", "postgres")
        .set("SPRING_FLYWAY_PASSWORD", "postgres")
        .set("WITHINGS_API_URL", withings.baseUrl())
        .set("WITHINGS_AUTHORIZE_URL", withings.authorizeUrl())
        .set("FHIR_SERVER_URL", fhir.baseUrl())
        .set("FHIR_NAMESPACE", namespace)
        .set("FHIR_PATIENT_IDENTIFIER_SYSTEM", namespace + ":subject")
        .set(
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
            tokens.writePublicKey(temporaryFile()).toUri().toString());
  }

  /** Starts Vitalroutes in this JVM. */
  public RunningVitalroutes start() {
    return RunningVitalroutes.start(settings);
  }

  public TestSettings settings() {
    return settings;
  }

  public UserTokens tokens() {
    return tokens;
  }

  public WithingsSimulator withings() {
    return withings;
  }

  public FhirStore fhir() {
    return fhir;
  }

  /** The resources of this world on the shared server of a version. */
  public FhirStore storeOf(FhirVersion version) {
    return new FhirStore(HapiFhirServer.shared(version).baseUrl(), namespace + ":subject", version);
  }

  /** The base of identifier and code systems of this world. */
  public String namespace() {
    return namespace;
  }

  /** The JDBC URL of Vitalroutes' database. */
  public String database() {
    return database;
  }

  /**
   * Connects a user's Withings account as a browser would; returns the final redirect to the app.
   *
   * @param subject the user's subject in our API
   * @param withingsUser the user at Withings
   */
  public URI connect(RunningVitalroutes vitalroutes, String subject, long withingsUser) {
    return connectWith(vitalroutes, tokens.of(subject), withingsUser);
  }

  /** The same with this bearer token. */
  public URI connectWith(RunningVitalroutes vitalroutes, String bearer, long withingsUser) {
    HttpResponse<String> begun =
        vitalroutes.post(
            "/api/connected-accounts/withings/oauth/initiate/",
            bearer,
            "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}");
    String consent = json(begun).path("authorization_url").asText() + "&demo_user=" + withingsUser;
    return confirmed(redirect(redirect(URI.create(consent))), vitalroutes.url(), bearer);
  }

  /**
   * Confirms the grant, as the app's session does after the redirect.
   *
   * @return the redirect URI, with the outcome
   */
  public static URI confirmed(URI atApp, String vitalroutes, String bearer) {
    Matcher confirm = CONFIRM.matcher(atApp.toString());
    if (!confirm.matches()) {
      return atApp;
    }
    HttpResponse<String> answer =
        RunningVitalroutes.send(
            HttpRequest.newBuilder(
                    URI.create(vitalroutes + "/api/connected-accounts/withings/oauth/confirm/"))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"confirmation\": \"%s\", \"state\": \"%s\"}"
                            .formatted(confirm.group(2), confirm.group(3)))));
    String outcome =
        answer.statusCode() == 200
            ? "status=" + json(answer).path("status").asText()
            : "error=" + json(answer).path("code").asText();
    return URI.create(confirm.group(1) + "?" + outcome + "&state=" + confirm.group(3));
  }

  /** The path of a user's signed callback URL. */
  public static String signedPath(long withingsUser) {
    String user = Long.toString(withingsUser);
    return "/webhooks/withings/"
        + user
        + "/"
        + new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "hex").ofCallback(user);
  }

  public static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The redirect of a URL. */
  public static URI redirect(URI from) {
    HttpResponse<String> answer = RunningVitalroutes.send(HttpRequest.newBuilder(from).GET());
    return URI.create(
        answer
            .headers()
            .firstValue("Location")
            .orElseThrow(
                () ->
                    new AssertionError(
                        "HTTP " + answer.statusCode() + " does not redirect: " + answer.body())));
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
    withings.close();
  }
}
