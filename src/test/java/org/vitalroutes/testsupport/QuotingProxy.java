package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy before a FHIR server that refuses as some servers do: by quoting the request. */
public final class QuotingProxy implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PASSED_ON =
      List.of("Content-Type", "Accept", "If-None-Exist", "Prefer");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger next = new AtomicInteger();
  private final URI target;
  private final HttpServer server;

  /** Forwards to a base URL. */
  public QuotingProxy(String target) {
    this.target = URI.create(target);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public String baseUrl() {
    return "http://localhost:" + server.getAddress().getPort() + target.getPath();
  }

  /** Answers the next transaction with this status and a copy of it. */
  public void quoteNext(int status) {
    next.set(status);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      boolean transaction =
          exchange.getRequestURI().getPath().replaceAll("/$", "").equals(target.getPath());
      int status = transaction ? next.getAndSet(0) : 0;
      if (status != 0) {
        String all = new String(sent, UTF_8) + exchange.getRequestHeaders().values();
        respond(
            exchange,
            status,
            JSON.writeValueAsBytes(
                Map.of(
                    "resourceType",
                    "OperationOutcome",
                    "issue",
                    List.of(
                        Map.of("severity", "error", "code", "processing", "diagnostics", all)))));
        return;
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
              .method(
                  exchange.getRequestMethod(),
                  sent.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(sent));
      PASSED_ON.forEach(
          name -> {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
              request.header(name, value);
            }
          });
      HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
      answer
          .headers()
          .firstValue("Location")
          .ifPresent(location -> exchange.getResponseHeaders().set("Location", location));
      respond(exchange, answer.statusCode(), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/fhir+json;charset=UTF-8");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
