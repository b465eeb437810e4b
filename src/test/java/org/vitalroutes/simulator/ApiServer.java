package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP server: parses requests, calls their endpoint and applies faults to the answers. */
final class ApiServer implements AutoCloseable {
  private static final int THREADS = 64;
  private static final int MAX_BODY = 64 * 1024 * 1024;

  private final Map<String, Endpoint> endpoints;
  private final ConsentPage consentPage;
  private final ControlEndpoint control;
  private final Grants grants;
  private final RateLimit rateLimit;
  private final Faults faults;
  private final CallLog calls;
  private final HttpServer http;
  private final ThreadPoolExecutor threads;
  private final CountDownLatch closed = new CountDownLatch(1);

  ApiServer(
      InetSocketAddress address,
      Map<String, Endpoint> endpoints,
      ConsentPage consentPage,
      ControlEndpoint control,
      Grants grants,
      RateLimit rateLimit,
      Faults faults,
      CallLog calls)
      throws IOException {
    this.endpoints = endpoints;
    this.consentPage = consentPage;
    this.control = control;
    this.grants = grants;
    this.rateLimit = rateLimit;
    this.faults = faults;
    this.calls = calls;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named("withings-simulator"));
    threads.allowCoreThreadTimeOut(true);
    this.http = HttpServers.at(address);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  int port() {
    return http.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith(ControlEndpoint.PREFIX)) {
        write(exchange, control(exchange, path));
      } else if (path.equals(ConsentPage.PATH)) {
        write(exchange, consentPage.answer(call(exchange, path)));
      } else {
        answerApi(exchange, path);
      }
    } catch (IllegalArgumentException e) {
      write(exchange, Reply.html(400, "Bad request"));
    } catch (RuntimeException e) {
      write(exchange, Reply.html(500, "The simulator failed: " + e.getClass().getName()));
    }
  }

  private Reply control(HttpExchange exchange, String path) throws IOException {
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    return control.answer(exchange.getRequestMethod(), path, Call.decode(query), body(exchange));
  }

  private static Call call(HttpExchange exchange, String path) throws IOException {
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    String type = Optional.ofNullable(header(exchange, "Content-Type")).orElse("");
    String body = body(exchange);
    boolean form = type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    Optional<String> bearer =
        Optional.ofNullable(header(exchange, "Authorization"))
            .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
            .map(value -> value.substring(7).strip());
    return new Call(
        exchange.getRequestMethod(),
        path,
        Call.decode(query),
        form ? Call.decode(body) : Map.of(),
        bearer);
  }

  private static @Nullable String header(HttpExchange exchange, String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void answerApi(HttpExchange exchange, String path) throws IOException {
    Call call = call(exchange, path);
    Optional<Long> userid = call.bearer().flatMap(grants::owner);
    calls.arrived(call);
    Optional<Fault> fault = Optional.empty();
    ObjectNode envelope;
    if (!rateLimit.take()) {
      envelope = envelope(RefusedException.tooManyRequests());
    } else {
      fault = faults.take(call, userid);
      fault.filter(f -> f.kind() == Fault.Kind.DELAY).ifPresent(f -> pause(f.number()));
      envelope = fault.isEmpty() || fault.get().lets() ? envelope(call) : Json.object();
    }
    ObjectNode answer = envelope;
    Reply reply =
        fault.map(f -> Spoiled.reply(f, call, answer)).orElseGet(() -> Reply.json(200, answer));
    calls.answered(call, userid, status(fault, reply, answer), fault.map(f -> f.kind().label()));
    if (fault.isPresent() && fault.get().kind() == Fault.Kind.RESET) {
      return; // Closing the exchange without an answer ends the connection.
    }
    if (fault.isPresent() && fault.get().kind() == Fault.Kind.CUT) {
      writeHalf(exchange, reply);
      return;
    }
    write(exchange, reply);
  }

  private ObjectNode envelope(Call call) {
    Endpoint endpoint = endpoints.get(call.path());
    try {
      if (endpoint == null) {
        throw RefusedException.wrongAction();
      }
      return Reply.envelope(endpoint.answer(call));
    } catch (RefusedException e) {
      return envelope(e);
    }
  }

  private static ObjectNode envelope(RefusedException refusal) {
    return Reply.envelope(refusal.status(), String.valueOf(refusal.getMessage()));
  }

  private static String status(Optional<Fault> fault, Reply reply, ObjectNode envelope) {
    if (fault.isEmpty() || fault.get().kind().spoilsAnswer()) {
      return envelope.path("status").asText();
    }
    return switch (fault.get().kind()) {
      case BODY_STATUS -> Long.toString(fault.get().number());
      case RESET -> "none";
      default -> "HTTP " + reply.status();
    };
  }

  private void pause(long millis) {
    try {
      boolean unused = closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    boolean none = head || body.length == 0;
    exchange.sendResponseHeaders(reply.status(), none ? -1 : body.length);
    if (!none) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private static void writeHalf(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), body.length);
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, body.length / 2);
    out.flush();
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
  }
}
