package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Collects traces as an OpenTelemetry collector does, by OTLP over HTTP. Source of the field
 * numbers: opentelemetry-proto, trace/v1/trace.proto and common/v1/common.proto.
 */
public final class TraceCollector implements AutoCloseable {

  /**
   * A span.
   *
   * @param parent id of the parent; empty for the first span of a trace
   * @param linked ids of linked traces
   * @param attributes as {@code name=text}, one per element of a list; numbers are left out
   */
  public record Collected(
      String trace,
      String id,
      String parent,
      String name,
      List<String> linked,
      List<String> attributes) {}

  private final HttpServer server;
  private final List<Collected> spans = new CopyOnWriteArrayList<>();
  private final List<String> raw = new CopyOnWriteArrayList<>();

  /** Starts a collector on a free port. */
  public TraceCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          raw.add(new String(body, ISO_8859_1));
          parts(parse(ByteString.copyFrom(body)), 1)
              .flatMap(resource -> parts(resource, 2))
              .flatMap(scope -> parts(scope, 2))
              .forEach(span -> spans.add(read(span)));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  /** The URL to send spans to. */
  public String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/v1/traces";
  }

  /** The spans of a trace. */
  public List<Collected> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  /** Everything received, one character per byte. */
  public List<String> raw() {
    return raw;
  }

  private static Collected read(UnknownFieldSet span) {
    return new Collected(
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span, 5),
        parts(span, 13).map(link -> hex(link, 1)).toList(),
        parts(span, 9).flatMap(TraceCollector::attribute).toList());
  }

  private static Stream<String> attribute(UnknownFieldSet pair) {
    String name = text(pair, 1);
    UnknownFieldSet value = parts(pair, 2).findFirst().orElseThrow();
    return Stream.concat(Stream.of(value), parts(value, 5).flatMap(list -> parts(list, 1)))
        .filter(each -> each.hasField(1))
        .map(each -> name + "=" + text(each, 1));
  }

  private static Stream<UnknownFieldSet> parts(UnknownFieldSet set, int field) {
    return set.getField(field).getLengthDelimitedList().stream().map(TraceCollector::parse);
  }

  private static String hex(UnknownFieldSet set, int field) {
    return set.getField(field).getLengthDelimitedList().stream()
        .map(bytes -> HexFormat.of().formatHex(bytes.toByteArray()))
        .findFirst()
        .orElse("");
  }

  private static String text(UnknownFieldSet set, int field) {
    return set.getField(field).getLengthDelimitedList().get(0).toStringUtf8();
  }

  private static UnknownFieldSet parse(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
