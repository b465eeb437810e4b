package org.vitalroutes.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.TraceCollector;
import org.vitalroutes.testsupport.TraceCollector.Collected;

/** Spans as a collector gets them. */
class TracesTest {

  private static final String FIRST = "0b7e5f1c-9a3d-4c52-8f60-d41d8cd98f00";
  private static final String SECOND = "5d41402a-bc4b-4a76-b971-9d911017c592";
  private static final String TRACE = "0b7e5f1c9a3d4c528f60d41d8cd98f00";

  private final TraceCollector collector = new TraceCollector();

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void all_work_of_a_notification_joins_its_trace_in_any_replica() {
    try (Traces webhook = new Traces(collector.url());
        Traces worker = new Traces(collector.url())) {
      webhook.received("receive", FIRST, Instant.now());
      Span fetch = worker.begin("fetch", FIRST + "," + SECOND);
      Traces.end(worker.within(fetch, "deliver"), null);
      Traces.end(fetch, null);
    }

    assertThat(collector.of(TRACE))
        .extracting(Collected::name)
        .containsExactlyInAnyOrder("receive", "fetch", "deliver");
    assertThat(span("receive").parent()).isEmpty();
    assertThat(span("fetch").parent()).isEqualTo(span("receive").id());
    assertThat(span("fetch").linked()).containsExactly(SECOND.replace("-", ""));
    assertThat(span("deliver").parent()).isEqualTo(span("fetch").id());
  }

  @Test
  void a_failed_span_names_only_the_class_of_the_failure() {
    try (Traces traces = new Traces(collector.url())) {
      Traces.end(traces.begin("fetch", FIRST), new IllegalStateException("72.350 kg"));
    }

    assertThat(span("fetch").attributes())
        .containsExactly("error.type=java.lang.IllegalStateException");
    assertThat(collector.raw()).noneMatch(body -> body.contains("72.350"));
  }

  @Test
  void a_name_that_is_not_one_of_ours_is_traced_by_itself() {
    try (Traces traces = new Traces(collector.url())) {
      traces.received("receive", "not-one-of-ours", Instant.now());
      Traces.end(traces.begin("fetch", "not-one-of-ours"), null);
    }

    assertThat(collector.raw()).singleElement().asString().contains("fetch");
  }

  @Test
  void without_a_collector_nothing_is_traced() {
    try (Traces traces = new Traces("")) {
      assertThat(traces.areWanted()).isFalse();
      traces.received("receive", FIRST, Instant.now());
      assertThat(traces.begin("fetch", FIRST).isRecording()).isFalse();
    }
  }

  private Collected span(String name) {
    List<Collected> named =
        collector.of(TRACE).stream().filter(span -> span.name().equals(name)).toList();
    assertThat(named).hasSize(1);
    return named.get(0);
  }
}
