package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on the loopback interface that records requests and gives prepared answers. */
final class LoopbackServer implements AutoCloseable {

  /** A request as it came over the wire. */
  record Request(String method, String uri, Headers headers, String body) {}

  private record Answer(int status, Map<String, String> headers, String body) {}

  private final HttpServer server;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Deque<Answer> script = new ArrayDeque<>();
  private volatile long endless;
  private volatile long sent;

  LoopbackServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Adds an answer; the last one is repeated. */
  LoopbackServer answers(int status, Map<String, String> headers, String body) {
    script.add(new Answer(status, headers, body));
    return this;
  }

  LoopbackServer answers(String json) {
    return answers(200, Map.of("Content-Type", "application/json"), json);
  }

  /** Answers this many bytes of JSON without a length, as far as they are read. */
  LoopbackServer answersWithoutEnd(long bytes) {
    endless = bytes;
    return this;
  }

  /** How many of them went out. */
  long sent() {
    return sent;
  }

  List<Request> requests() {
    return requests;
  }

  void forget() {
    requests.clear();
    script.clear();
    endless = 0;
    sent = 0;
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      if (endless > 0) {
        exchange.sendResponseHeaders(200, 0);
        byte[] block = "[".repeat(8192).getBytes(UTF_8);
        for (; sent < endless; sent += block.length) {
          exchange.getResponseBody().write(block);
        }
        return;
      }
      Answer next = script.size() > 1 ? script.poll() : script.peek();
      if (next == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      next.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] body = next.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(next.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
