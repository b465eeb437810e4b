package org.vitalroutes.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint that records the notifications it receives. */
final class CallbackReceiver implements AutoCloseable {
  private final HttpServer http;
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final List<String> contentTypes = new CopyOnWriteArrayList<>();
  private final AtomicInteger probes = new AtomicInteger();
  private final Queue<Integer> nextAnswers = new ConcurrentLinkedQueue<>();
  private volatile int probeAnswer = 200;
  private volatile int answer = 200;

  CallbackReceiver() throws IOException {
    http = HttpServers.onLoopback();
    http.createContext("/", this::handle);
    http.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      probes.incrementAndGet();
      exchange.sendResponseHeaders(probeAnswer, -1);
    } else {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Integer next = nextAnswers.poll();
      targets.add(exchange.getRequestURI().toString());
      contentTypes.add(exchange.getRequestHeaders().getFirst("Content-Type"));
      bodies.add(body);
      exchange.sendResponseHeaders(next == null ? answer : next, -1);
    }
    exchange.close();
  }

  String url() {
    return "http://localhost:" + http.getAddress().getPort() + "/hook";
  }

  void answerProbesWith(int status) {
    probeAnswer = status;
  }

  void answerWith(int status) {
    answer = status;
  }

  void answerNextWith(int... statuses) {
    for (int status : statuses) {
      nextAnswers.add(status);
    }
  }

  int probes() {
    return probes.get();
  }

  /** The raw bodies, in the order of arrival. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  List<Map<String, String>> notifications() {
    return bodies.stream().map(Call::decode).toList();
  }

  List<String> targets() {
    return List.copyOf(targets);
  }

  List<String> contentTypes() {
    return List.copyOf(contentTypes);
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
