package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.exceptions.FhirClientConnectionException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.apache.camel.Exchange;
import org.assertj.core.api.Assertions;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.LinkRelationTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.vitalroutes.fhir.wire.Credentials;
import org.vitalroutes.fhir.wire.FhirClients;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.withings.WithingsCall;

/** Where our calls go, and where they do not. */
class OutboundTest {

  private static final WithingsCall CALL = WithingsCall.of("/measure", "getmeas");

  private static final String TRANSACTION =
      "{\"resourceType\": \"Bundle\", \"type\": \"transaction\"}";

  private static final String PASSWORD = "password";

  @TempDir static Path folder;

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void the_fhir_server_cannot_send_us_elsewhere(int status) {
    try (LoopbackServer fhir = new LoopbackServer();
        LoopbackServer elsewhere = new LoopbackServer()) {
      fhir.answers(status, Map.of("Location", elsewhere.url() + "/fhir/Patient/1"), "");
      IGenericClient client =
          new FhirClients(
                  fhir.url() + "/fhir", 2, Credentials.of("Bearer the-token"), Map.of(), null)
              .in(FhirVersion.R5);

      assertThatThrownBy(() -> client.read().resource("Patient").withId("1").execute())
          .isInstanceOf(BaseServerResponseException.class);
      assertThatThrownBy(() -> client.transaction().withBundle(new Bundle()).execute())
          .isInstanceOf(BaseServerResponseException.class);

      assertThat(fhir.requests()).hasSize(2);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  /** The link to the next page is the server's word, and went wherever it said. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{elsewhere}/fhir?page=2",
        "{fhir}/admin",
        "{fhir}/fhir/../admin",
        "{fhir}/fhir/%2e%2e/admin",
        "{fhir}/fhirs/Patient"
      })
  void a_link_of_an_answer_leads_to_nothing_but_what_is_below_the_base(String link) {
    try (LoopbackServer fhir = new LoopbackServer();
        LoopbackServer elsewhere = new LoopbackServer()) {
      fhir.answers("{\"resourceType\": \"Bundle\"}");
      elsewhere.answers("{\"resourceType\": \"Bundle\"}");
      IGenericClient client =
          new FhirClients(
                  fhir.url() + "/fhir", 2, Credentials.of("Bearer the-token"), Map.of(), null)
              .in(FhirVersion.R5);
      Bundle page = new Bundle();
      page.addLink()
          .setRelation(LinkRelationTypes.NEXT)
          .setUrl(link.replace("{fhir}", fhir.url()).replace("{elsewhere}", elsewhere.url()));

      assertThatThrownBy(() -> client.loadPage().next(page).execute())
          .isInstanceOf(FhirClientConnectionException.class);

      assertThat(fhir.requests()).isEmpty();
      assertThat(elsewhere.requests()).isEmpty();

      page.getLinkFirstRep().setUrl(fhir.url() + "/fhir?page=2");
      client.loadPage().next(page).execute();
      assertThat(fhir.requests()).hasSize(1);
    }
  }

  @Test
  @Timeout(60)
  void an_answer_of_the_fhir_server_without_end_is_not_kept_in_memory() {
    try (LoopbackServer fhir = new LoopbackServer()) {
      fhir.answersWithoutEnd(200L * 1024 * 1024);
      IGenericClient client = new FhirClients(fhir.url() + "/fhir", 1).in(FhirVersion.R5);

      assertThatThrownBy(() -> client.transaction().withBundle(TRANSACTION).execute())
          .hasRootCauseMessage("an answer of the FHIR server is longer than 33554432 bytes");
    }
  }

  /** More than the default connections of a client: live work must not queue behind histories. */
  @Test
  @Timeout(60)
  void each_worker_has_a_connection_to_the_fhir_server() throws Exception {
    int workers = 25;
    CyclicBarrier allAtOnce = new CyclicBarrier(workers);
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer fhir =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    fhir.setExecutor(threads);
    fhir.createContext(
        "/",
        exchange -> {
          try (exchange) {
            allAtOnce.await();
            exchange.sendResponseHeaders(404, -1);
          } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
          }
        });
    fhir.start();
    try {
      IGenericClient client =
          new FhirClients("http://localhost:" + fhir.getAddress().getPort(), workers)
              .in(FhirVersion.R5);
      List<Future<?>> calls =
          Stream.generate(
                  () ->
                      threads.submit(() -> client.read().resource("Patient").withId("1").execute()))
              .limit(workers)
              .collect(Collectors.toList());

      for (Future<?> call : calls) {
        assertThatThrownBy(call::get).hasCauseInstanceOf(ResourceNotFoundException.class);
      }
    } finally {
      fhir.stop(0);
      threads.shutdownNow();
    }
  }

  @Test
  @Timeout(60)
  void an_answer_of_any_kind_gives_its_connection_back() {
    try (LoopbackServer fhir = new LoopbackServer()) {
      Map<String, String> json = Map.of("Content-Type", "application/fhir+json");
      fhir.answers(503, Map.of("Retry-After", "7"), "later")
          .answers(422, json, "{\"resourceType\": \"OperationOutcome\"}")
          .answers(500, json, "{\"resourceType\":")
          .answers(404, Map.of(), "")
          .answers(302, Map.of("Location", "/elsewhere"), "")
          .answers(200, json, "{\"resourceType\": \"Bundle\"}");
      IGenericClient client = new FhirClients(fhir.url() + "/fhir", 1).in(FhirVersion.R5);

      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> client.transaction().withBundle(TRANSACTION).execute())
            .isInstanceOf(BaseServerResponseException.class);
      }
      assertThat(client.transaction().withBundle(TRANSACTION).execute()).contains("Bundle");
    }
  }

  @Test
  void a_server_that_nobody_vouches_for_gets_neither_token_nor_data() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    HttpsServer stranger = server(keyPair(), told, false);
    String url = "https://localhost:" + stranger.getAddress().getPort();
    try (RouteFixture fixture =
        RouteFixture.of("call", new TestSettings().set("WITHINGS_API_URL", url))) {
      Exchange failed = fixture.send("direct:call", CALL.bearing("the-token"));

      assertThat(failed.getException())
          .isInstanceOf(ProviderUnavailableException.class)
          .hasMessage("Withings not reached: SSLHandshakeException");

      IGenericClient client = new FhirClients(url + "/fhir", 2).in(FhirVersion.R5);
      Throwable refused =
          Assertions.catchThrowable(() -> client.transaction().withBundle(new Bundle()).execute());
      assertThat(refused).isInstanceOf(FhirClientConnectionException.class);
      assertThat(causes(refused)).hasAtLeastOneElementOfType(SSLException.class);
    } finally {
      stranger.stop(0);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void a_private_ca_a_client_certificate_and_static_headers_are_those_that_are_set()
      throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    KeyStore store = keyPair();
    HttpsServer hospital = server(store, told, true);
    String url = "https://localhost:" + hospital.getAddress().getPort() + "/fhir";
    SSLContext ssl = SslBundle.of(SslStoreBundle.of(store, PASSWORD, store)).createSslContext();
    try {
      IGenericClient client =
          new FhirClients(url, 2, Credentials.of("Bearer one"), Map.of("X-Tenant", "two"), ssl)
              .in(FhirVersion.R5);
      assertThat(client.transaction().withBundle(TRANSACTION).execute()).contains("Bundle");
    } finally {
      hospital.stop(0);
    }

    assertThat(told).containsExactly("/fhir/ Bearer one two");
  }

  /** These options decide TLS, redirects and hosts; none is set, so the defaults apply. */
  @Test
  void no_route_and_no_setting_weakens_a_call() throws IOException {
    try (Stream<Path> routes = Files.list(Path.of("routes"))) {
      for (Path file :
          Stream.concat(routes, Stream.of(Path.of("src/main/resources/application.yaml")))
              .toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern(
                "(?i)hostname-?verifier|ssl-?context-?parameters|trust-?all|follow-?redirects: *\"?true"
                    + "|bridge-?endpoint|fhir.*log: *true|recipientList|dynamicRouter")
            // A provider's id may choose an internal endpoint, and a header the FHIR operation,
            // whose
            // host is the client's; nothing may choose a host.
            .doesNotContainPattern(
                "toD: *(?!\\s+id: \\S+\\s+uri: (direct:\\$\\{|\"fhir:\\$\\{body.operation}\"))");
      }
    }
  }

  private static List<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).toList();
  }

  private static KeyStore keyPair() throws Exception {
    Path file = folder.resolve(UUID.randomUUID() + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "stranger",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(file)) {
      store.load(bytes, PASSWORD.toCharArray());
    }
    return store;
  }

  private static HttpsServer server(KeyStore store, List<String> told, boolean wantsCertificate)
      throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            SslBundle.of(SslStoreBundle.of(store, PASSWORD, store)).createSslContext()) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
            ssl.setNeedClientAuth(wantsCertificate);
            parameters.setSSLParameters(ssl);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          told.add(
              "%s %s %s"
                  .formatted(
                      exchange.getRequestURI(),
                      exchange.getRequestHeaders().getFirst("Authorization"),
                      exchange.getRequestHeaders().getFirst("X-Tenant")));
          byte[] body = "{\"resourceType\": \"Bundle\"}".getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }
}
