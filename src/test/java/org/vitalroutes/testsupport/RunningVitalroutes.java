package org.vitalroutes.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.web.context.support.StandardServletEnvironment;
import org.vitalroutes.Application;

/** Vitalroutes in this JVM, reached over HTTP. */
public final class RunningVitalroutes implements AutoCloseable {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();
  private static final Set<Integer> PUBLIC_PORTS = ConcurrentHashMap.newKeySet();

  private final ConfigurableApplicationContext context;
  private final String url;
  private final String managementUrl;

  private RunningVitalroutes(
      ConfigurableApplicationContext context, Map<String, String> variables) {
    this.context = context;
    this.url = variables.get("PUBLIC_URL");
    this.managementUrl = "http://localhost:" + variables.get("MANAGEMENT_SERVER_PORT");
  }

  /** Starts Vitalroutes; sets ports and URL unless given. */
  public static RunningVitalroutes start(TestSettings settings) {
    Map<String, String> variables = settings.variables();
    if (!variables.containsKey("SERVER_PORT")) {
      int port = freePort();
      settings
          .set("SERVER_PORT", Integer.toString(port))
          .set("MANAGEMENT_SERVER_PORT", Integer.toString(freePort()))
          .set("PUBLIC_URL", "http://localhost:" + port);
    }
    // Quartz has one database for each name of a scheduler in a JVM.
    settings.set(
        "SPRING_QUARTZ_SCHEDULER_NAME",
        "vitalroutes-" + settings.variables().get("SPRING_DATASOURCE_URL").replaceAll("\\W", "-"));
    PUBLIC_PORTS.add(Integer.valueOf(settings.variables().get("SERVER_PORT")));
    StepCoverage.begin();
    FhirPool.begin();
    SpringApplication application = new SpringApplication(Application.class);
    application.setEnvironment(environment(settings));
    application.setRegisterShutdownHook(false);
    CapturedLogs.CONFIGURATION.readLock().lock();
    try {
      return new RunningVitalroutes(application.run(), settings.variables());
    } finally {
      CapturedLogs.CONFIGURATION.readLock().unlock();
    }
  }

  /** The settings, bound as environment variables. */
  private static ConfigurableEnvironment environment(TestSettings settings) {
    StandardServletEnvironment environment = new StandardServletEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment", Map.copyOf(settings.variables())));
    return environment;
  }

  /**
   * A free port that stays free until it is used: systems give outgoing connections ports above
   * these.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
      if (GIVEN_PORTS.add(port) && isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return url;
  }

  /** Base URL of health and metrics. */
  public String managementUrl() {
    return managementUrl;
  }

  public <T> List<T> beans(Class<T> type) {
    return List.copyOf(context.getBeansOfType(type).values());
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Gets a path of the public port. */
  public HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  /** Gets a path of the public port as a user. */
  public HttpResponse<String> get(String path, String bearer) {
    return send(request(path).header("Authorization", "Bearer " + bearer).GET());
  }

  /** Posts JSON to a path of the public port as a user. */
  public HttpResponse<String> post(String path, String bearer, String json) {
    return send(
        request(path)
            .header("Authorization", "Bearer " + bearer)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** A request builder for a path of the public port. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  /**
   * Sends a request without following redirects, and checks the answer against the API description.
   */
  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
      if (PUBLIC_PORTS.contains(answer.uri().getPort())) {
        ApiDescription.served().check(answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
