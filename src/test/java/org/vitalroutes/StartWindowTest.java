package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** The answers to Withings and apps while the service starts and stops. */
class StartWindowTest {

  private static final String SIGNED = World.signedPath(4711);

  @TempDir Path folder;

  private final UserTokens tokens = new UserTokens();

  @Test
  void no_path_is_missing_while_the_service_starts_and_stops() {
    int port = RunningVitalroutes.freePort();
    String url = "http://localhost:" + port;
    TestSettings settings =
        new TestSettings()
            .set("SERVER_PORT", Integer.toString(port))
            .set("MANAGEMENT_SERVER_PORT", Integer.toString(RunningVitalroutes.freePort()))
            .set("PUBLIC_URL", url)
            .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
            .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
            .set("WITHINGS_API_URL", "http://localhost:1")
            .set("SHUTDOWN_DELAY", "PT0.2S")
            .set(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString());
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<List<HttpResponse<Void>>> asking =
        CompletableFuture.supplyAsync(() -> ask(url, stopped));

    try {
      RunningVitalroutes.start(settings).close();
    } finally {
      stopped.set(true);
    }

    assertThat(asking.join())
        .isNotEmpty()
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isIn(200, 503);
              if (answer.statusCode() == 503) {
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
              }
            })
        .anySatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(503));
  }

  private List<HttpResponse<Void>> ask(String url, AtomicBoolean stopped) {
    String form = "userid=4711&appli=1";
    List<HttpRequest> requests =
        List.of(
            HttpRequest.newBuilder(URI.create(url + SIGNED))
                .method("HEAD", BodyPublishers.noBody())
                .build(),
            HttpRequest.newBuilder(URI.create(url + "/webhooks/withings")).GET().build(),
            HttpRequest.newBuilder(URI.create(url + SIGNED))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build(),
            HttpRequest.newBuilder(URI.create(url + "/api/connected-accounts/"))
                .header("Authorization", "Bearer " + tokens.of("anna"))
                .build());
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    List<HttpResponse<Void>> answers = new ArrayList<>();
    while (!stopped.get()) {
      for (HttpRequest request : requests) {
        try {
          answers.add(client.send(request, BodyHandlers.discarding()));
        } catch (IOException e) {
          Thread.onSpinWait();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return answers;
  }
}
