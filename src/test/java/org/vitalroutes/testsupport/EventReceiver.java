package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A receiver of events on the loopback interface: verifies each as Standard Webhooks says. */
public final class EventReceiver implements AutoCloseable {

  public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Webhook webhook = new Webhook(SECRET);
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger forged = new AtomicInteger();
  private final List<Received> taken = new CopyOnWriteArrayList<>();
  private volatile int status = 204;
  private volatile String retryAfter = "";

  /** An event that was taken, with the headers that sign it. */
  public record Received(
      String messageId, String timestamp, String signature, String text, JsonNode body) {

    /** The account that it is of. */
    public String account() {
      return body.at("/data/account").asText();
    }
  }

  public EventReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/events", this::receive);
    server.setExecutor(threads);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.incrementAndGet();
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      try {
        webhook.verify(body, exchange.getRequestHeaders());
      } catch (WebhookVerificationException e) {
        forged.incrementAndGet();
      }
      int answer = status;
      if (answer / 100 == 2) {
        taken.add(
            new Received(
                exchange.getRequestHeaders().getFirst("webhook-id"),
                exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                exchange.getRequestHeaders().getFirst("webhook-signature"),
                body,
                JSON.readTree(body)));
      } else if (!retryAfter.isEmpty()) {
        exchange.getResponseHeaders().set("Retry-After", retryAfter);
      }
      exchange.sendResponseHeaders(answer, -1);
    }
  }

  /** What it answers from now on. */
  public void answer(int newStatus) {
    answer(newStatus, "");
  }

  /** The same, with when to try again unless it takes the event. */
  public void answer(int newStatus, String newRetryAfter) {
    retryAfter = newRetryAfter;
    status = newStatus;
  }

  public String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/events";
  }

  /** Every event that was taken, also one that came twice. */
  public List<Received> taken() {
    return List.copyOf(taken);
  }

  /** Requests, whatever was answered. */
  public int calls() {
    return calls.get();
  }

  /** Requests whose signature was wrong. */
  public int forged() {
    return forged.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
