package org.vitalroutes.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Exports spans, from a notification to its Observations, by OTLP over HTTP.
 *
 * <p>The trace id is the notification's correlation id without dashes, and the id of the first span
 * is its first half. So work that is read from a table later joins the same trace, and a
 * correlation id in the log leads to its trace. W3C Trace Context allows any 16 and 8 bytes that
 * are not all zero.
 *
 * <p>A span holds our account id and resource ids, but no name, value or exception message.
 */
public final class Traces implements AutoCloseable {

  private static final Pattern CORRELATION =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Ids ids = new Ids();
  private final @Nullable SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * Exports to a collector.
   *
   * @param url of the collector, such as {@code http://collector:4318/v1/traces}; empty to trace
   *     nothing
   */
  public Traces(String url) {
    if (url.isEmpty()) {
      provider = null;
      tracer = OpenTelemetry.noop().getTracer("vitalroutes");
      return;
    }
    OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder().setEndpoint(url).build();
    provider =
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .setResource(
                Resource.create(
                    Attributes.of(AttributeKey.stringKey("service.name"), "vitalroutes")))
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .build();
    tracer = provider.get("vitalroutes");
  }

  /** Whether tracing is on. */
  public boolean areWanted() {
    return provider != null;
  }

  /** Records the first span of a trace: a notification was received and has its correlation id. */
  public void received(String name, String correlation, Instant began) {
    first(correlation)
        .ifPresent(
            root -> {
              Ids.NEXT.set(root);
              try {
                tracer
                    .spanBuilder(name)
                    .setNoParent()
                    .setSpanKind(SpanKind.SERVER)
                    .setStartTimestamp(began)
                    .startSpan()
                    .end();
              } finally {
                Ids.NEXT.remove();
              }
            });
  }

  /**
   * Begins a span for work that one or several notifications triggered.
   *
   * @param correlation comma-separated ids; the span joins the trace of the first and is linked to
   *     the others
   */
  public Span begin(String name, String correlation) {
    SpanBuilder span = tracer.spanBuilder(name).setNoParent().setSpanKind(SpanKind.CONSUMER);
    List<String> all = List.of(correlation.split(",", -1));
    first(all.get(0)).ifPresent(root -> span.setParent(Context.root().with(Span.wrap(root))));
    all.stream().skip(1).flatMap(each -> first(each).stream()).forEach(span::addLink);
    return span.startSpan();
  }

  /** Begins a child span. */
  public Span within(Span whole, String name) {
    return tracer
        .spanBuilder(name)
        .setParent(Context.root().with(whole))
        .setSpanKind(SpanKind.CLIENT)
        .startSpan();
  }

  /** Ends a span; a failure is recorded by its class. */
  public static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute("error.type", failure.getClass().getName());
    }
    span.end();
  }

  /** The first span of the trace of a correlation id; empty when the id is malformed. */
  private static Optional<SpanContext> first(String correlation) {
    if (!CORRELATION.matcher(correlation).matches()) {
      return Optional.empty();
    }
    String trace = correlation.replace("-", "");
    return Optional.of(
        SpanContext.createFromRemoteParent(
            trace, trace.substring(0, 16), TraceFlags.getSampled(), TraceState.getDefault()));
  }

  @Override
  public void close() {
    if (provider != null) {
      provider.close();
    }
  }

  /** Random ids, except for the first span of a trace. */
  private static final class Ids implements IdGenerator {
    private static final ThreadLocal<@Nullable SpanContext> NEXT = new ThreadLocal<>();

    @Override
    public String generateTraceId() {
      SpanContext given = NEXT.get();
      return given == null ? IdGenerator.random().generateTraceId() : given.getTraceId();
    }

    @Override
    public String generateSpanId() {
      SpanContext given = NEXT.get();
      return given == null ? IdGenerator.random().generateSpanId() : given.getSpanId();
    }
  }
}
