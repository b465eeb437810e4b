package org.vitalroutes.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.World;

/** Vitalroutes in a process of its own. */
record Vitalroutes(World world, Service service, int port) implements AutoCloseable {

  /** In a container of 341 MiB: a heap of up to 256 MiB that begins small. */
  private static final List<String> AS_IN_THE_IMAGE =
      List.of("@src/main/docker/jvm.options", "-XX:MaxRAM=341m");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static Vitalroutes start(World world, Class<?> mainClass, String... options) {
    TestSettings settings = world.settings();
    int port = Integer.parseInt(settings.variables().get("SERVER_PORT"));
    Service service =
        Service.start(
            mainClass.getName(),
            options.length == 0 ? AS_IN_THE_IMAGE : List.of(options),
            settings.variables());
    service.awaitReady("http://localhost:" + port + "/livez");
    // The next process of this world gets its own ports.
    settings
        .set("SERVER_PORT", Integer.toString(RunningVitalroutes.freePort()))
        .set("MANAGEMENT_SERVER_PORT", Integer.toString(RunningVitalroutes.freePort()));
    return new Vitalroutes(world, service, port);
  }

  /** Connects a user as a browser would. */
  void connect(String subject, long withingsUser) {
    HttpResponse<String> begun =
        send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://localhost:"
                            + port
                            + "/api/connected-accounts/withings/oauth/initiate/"))
                .header("Authorization", "Bearer " + world.tokens().of(subject))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}")));
    URI consent =
        URI.create(
            World.json(begun).path("authorization_url").asText() + "&demo_user=" + withingsUser);
    URI app =
        World.confirmed(
            World.redirect(World.redirect(consent)),
            "http://localhost:" + port,
            world.tokens().of(subject));
    if (!app.toString().contains("status=connected")) {
      throw new IllegalStateException("not connected: " + app);
    }
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    service.close();
  }
}
