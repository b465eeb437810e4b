package org.vitalroutes.faults;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.vitalroutes.simulator.HttpServers;

/**
 * A minimal FHIR server that counts: it accepts transactions of {@code PUT}s and conditional
 * creates of Patients, keeps every version and answers reads by id. HAPI on the same two cores
 * would be the bottleneck of hundreds of crashes.
 */
final class RecordingFhirServer implements AutoCloseable {

  /** Keeps numbers exactly as sent. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String CAPABILITIES =
      """
      {"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0", "rest": [{
        "interaction": [{"code": "transaction"}],
        "resource": [{"type": "Observation", "interaction": [{"code": "update"}]},
          {"type": "Device", "interaction": [{"code": "update"}]}]}]}
      """;

  private final Map<String, List<JsonNode>> versions = new LinkedHashMap<>();
  private final Map<String, Set<String>> urls = new HashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "recording-fhir");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;
  private long sentAgain;
  private long lastTransaction;
  private volatile long answerMillis;
  private volatile boolean down;
  private volatile Consumer<String> onWithdrawal = key -> {};
  private final AtomicInteger askedInVain = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  RecordingFhirServer() {
    try {
      server = HttpServers.onLoopback();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/fhir", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Delays the answer of each stored transaction; transactions are serialized. */
  void answerMillis(long millis) {
    answerMillis = millis;
  }

  /** The most transactions that were under way at once. */
  int mostAtOnce() {
    return most.get();
  }

  /** Sets a consumer of the key of each Observation entered in error, called before the answer. */
  void onWithdrawal(Consumer<String> consumer) {
    onWithdrawal = consumer;
  }

  /** Switches between answering 503 to everything and normal operation. */
  void down(boolean isDown) {
    down = isDown;
  }

  /** The number of requests while it was down. */
  int askedInVain() {
    return askedInVain.get();
  }

  /** The number of resources of a type by identifier value; one is correct. */
  synchronized Map<String, Integer> byIdentifier(String type) {
    Map<String, Integer> found = new TreeMap<>();
    urls.forEach(
        (identifier, those) -> {
          long many = those.stream().filter(url -> url.startsWith(type + "/")).count();
          if (many > 0) {
            found.put(identifier, (int) many);
          }
        });
    return found;
  }

  /** The references of the resources of a type. */
  synchronized Set<String> urls(String type) {
    return versions.keySet().stream()
        .filter(url -> url.startsWith(type + "/"))
        .collect(Collectors.toSet());
  }

  /** Whether there is a resource with this first identifier. */
  synchronized boolean has(String identifier) {
    return urls.containsKey(identifier);
  }

  /** The different states of the resources with this first identifier. */
  synchronized List<JsonNode> versions(String identifier) {
    return urls.getOrDefault(identifier, Set.of()).stream()
        .flatMap(url -> versions.getOrDefault(url, List.of()).stream())
        .toList();
  }

  /** The number of {@code PUT}s without a change: resources sent again after a crash. */
  synchronized long sentAgain() {
    return sentAgain;
  }

  /** Time of the last transaction, by {@link System#nanoTime}. */
  synchronized long lastTransaction() {
    return lastTransaction;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring("/fhir".length());
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (down) {
        askedInVain.incrementAndGet();
        exchange.sendResponseHeaders(503, -1);
      } else if (path.equals("/metadata")) {
        send(exchange, 200, (ObjectNode) JSON.readTree(CAPABILITIES));
      } else if (exchange.getRequestMethod().equals("GET")) {
        read(exchange, path.substring(1));
      } else if (path.equals("/Patient")) {
        createPatient(exchange, (ObjectNode) JSON.readTree(body));
      } else {
        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
          ObjectNode outcome = transaction(JSON.readTree(body));
          idle();
          send(exchange, 200, outcome);
        } finally {
          atOnce.decrementAndGet();
        }
      }
    }
  }

  private void idle() {
    if (answerMillis > 0) {
      synchronized (threads) {
        try {
          TimeUnit.MILLISECONDS.sleep(answerMillis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private synchronized ObjectNode transaction(JsonNode bundle) {
    lastTransaction = System.nanoTime();
    ObjectNode outcome = JSON.createObjectNode();
    outcome.put("resourceType", "Bundle").put("type", "transaction-response");
    for (JsonNode entry : bundle.path("entry")) {
      String url = entry.at("/request/url").asText();
      boolean isNew = !versions.containsKey(url);
      keep(url, entry.path("resource"));
      outcome
          .withArray("entry")
          .addObject()
          .putObject("response")
          .put("status", isNew ? "201 Created" : "200 OK")
          .put("location", url);
    }
    return outcome;
  }

  private void keep(String url, JsonNode resource) {
    if (resource.path("status").asText().equals("entered-in-error")) {
      onWithdrawal.accept(resource.at("/identifier/0/value").asText());
    }
    urls.computeIfAbsent(resource.at("/identifier/0/value").asText(), key -> new TreeSet<>())
        .add(url);
    List<JsonNode> states = versions.computeIfAbsent(url, key -> new ArrayList<>());
    if (!states.isEmpty() && states.get(states.size() - 1).equals(resource)) {
      sentAgain++;
    } else {
      states.add(resource);
    }
  }

  private void createPatient(HttpExchange exchange, ObjectNode patient) throws IOException {
    String condition =
        URLDecoder.decode(
            exchange.getRequestHeaders().getFirst("If-None-Exist"), StandardCharsets.UTF_8);
    int status = 200;
    String id;
    synchronized (this) {
      String known = patientOf(condition.substring(condition.indexOf('|') + 1));
      if (known.isEmpty()) {
        id = "patient-" + versions.size();
        keep("Patient/" + id, patient.put("id", id));
        status = 201;
      } else {
        id = known;
      }
    }
    exchange
        .getResponseHeaders()
        .add("Location", "http://localhost:" + port() + "/fhir/Patient/" + id + "/_history/1");
    send(exchange, status, patient.put("id", id));
  }

  private String patientOf(String identifier) {
    return versions(identifier).stream().map(p -> p.path("id").asText()).findFirst().orElse("");
  }

  private void read(HttpExchange exchange, String url) throws IOException {
    JsonNode found;
    synchronized (this) {
      List<JsonNode> states = versions.getOrDefault(url, List.of());
      found = states.isEmpty() ? JSON.missingNode() : states.get(states.size() - 1);
    }
    if (found.isMissingNode()) {
      send(exchange, 404, JSON.createObjectNode().put("resourceType", "OperationOutcome"));
    } else {
      send(exchange, 200, found);
    }
  }

  private static void send(HttpExchange exchange, int status, JsonNode json) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(json);
    exchange.getResponseHeaders().add("Content-Type", "application/fhir+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
