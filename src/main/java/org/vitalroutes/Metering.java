package org.vitalroutes;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.breaker.AdaptiveConcurrency;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.events.Sink;
import org.vitalroutes.fhir.translate.SkipReason;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.BacklogMetrics;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;

/**
 * What can be counted, from the start: a rate over something that is not there yet is no rate. The
 * table of all is docs/metrics.md. No label names a person or grows with the input.
 */
@Configuration(proxyBeanMethods = false)
class Metering {

  /** The reasons of {@code Failure} and of the store; all other reasons are counted together. */
  private static final List<String> REASONS =
      List.of(
          "ambiguous-owner",
          "event-not-taken",
          "fhir-misconfigured",
          "fhir-refused",
          "fhir-unavailable",
          "tries-used-up",
          "unexpected",
          "withings-refused",
          "withings-unauthorized",
          "withings-unavailable",
          "withings-unreadable",
          "worker-died");

  /** What this replica has found the FHIR server to bear. */
  @Bean
  MeterBinder concurrencyGauge(AdaptiveConcurrency concurrency) {
    return registry ->
        Gauge.builder("vitalroutes.fhir.concurrency", concurrency, AdaptiveConcurrency::most)
            .description("how many transactions may be under way at once, of FHIR_CONCURRENCY")
            .register(registry);
  }

  /** Of this replica. */
  @Bean
  MeterBinder counters() {
    return registry -> {
      for (String outcome : List.of("requested", "ignored", "unknown-user")) {
        counter(
            registry,
            "notifications.dispatched",
            "notifications that the router has seen, by what it made of them",
            "outcome",
            outcome);
      }
      for (String outcome : List.of("retry", "held", "dead-letter", "re-authorize", "given-up")) {
        counter(registry, "failures", "tries that failed, by what came of it", "outcome", outcome);
      }
      for (Sink sink : Sink.values()) {
        for (String outcome : List.of("taken", "failed", "gone", "dead-letter")) {
          Counter.builder("vitalroutes.events.sent")
              .description("tries to send an event, by what came of it")
              .tags("sink", sink.code(), "outcome", outcome)
              .register(registry);
        }
      }
      for (DataKind kind : DataKind.values()) {
        counter(
            registry,
            "resources.delivered",
            "resources that the FHIR server took, by data kind",
            "kind",
            kind.code());
        Timer.builder("vitalroutes.time.to.fhir")
            .description("from a notification to its data in the FHIR server")
            .tag("kind", kind.code())
            .register(registry);
        for (SkipReason reason : SkipReason.values()) {
          Counter.builder("vitalroutes.rows.skipped")
              .description("rows of days, workouts, nights and recordings that were left out")
              .tags("kind", kind.code(), "reason", reason.code(), "field", "none")
              .register(registry);
        }
      }
      Counter.builder("vitalroutes.ledger.audited")
          .description("resources that were sampled and compared with the FHIR server")
          .register(registry);
      Counter.builder("vitalroutes.ledger.missing")
          .description("sampled resources that the FHIR server did not have; delivered again")
          .register(registry);
      for (SkipReason reason : SkipReason.values()) {
        Counter.builder("vitalroutes.measures.skipped")
            .description("measures that were left out, by reason and by Withings' type number")
            .tags("reason", reason.code(), "type", "none", "field", "none")
            .register(registry);
      }
    };
  }

  /** Metrics of all replicas, from the database; every replica reports the same values. */
  @Bean
  MeterBinder backlogGauges(BacklogMetrics metrics, WithingsSettings settings) {
    return registry -> {
      Gauges gauges = new Gauges(registry, metrics);
      gauges.count("inbox.waiting", "notifications that wait for the router");
      gauges.age("inbox.oldest", "how long the oldest of them has waited");
      for (Priority priority : Priority.ofRequests()) {
        for (String state : List.of("due", "retrying", "in-flight", "held")) {
          gauges.of(
              "requests.waiting",
              null,
              "sync requests, by priority and state",
              Tags.of("priority", priority.code(), "state", state),
              "requests.waiting." + state,
              priority.code());
        }
        gauges.of(
            "requests.oldest",
            "seconds",
            "how long the oldest that is not held has waited since it was asked for",
            Tags.of("priority", priority.code()),
            "requests.oldest",
            priority.code());
        gauges.of(
            "requests.lag",
            "seconds",
            "how long the oldest that is due could have been served",
            Tags.of("priority", priority.code()),
            "requests.lag",
            priority.code());
      }
      for (String state : List.of("held", "expired")) {
        gauges.of(
            "leases", null, "leases of sync requests", Tags.of("state", state), "leases." + state);
      }
      for (String reason : REASONS) {
        gauges.of(
            "dead_letters",
            null,
            "dead letters that wait for a person, by reason",
            Tags.of("reason", reason),
            "dead.letters.waiting",
            reason);
      }
      gauges.sum(
          "dead_letters",
          "dead letters that wait for a person, by reason",
          Tags.of("reason", "other"),
          "dead.letters.waiting",
          reason -> !REASONS.contains(reason));
      gauges.age("dead.letters.oldest", "how long the oldest of them has waited");
      for (Sink sink : Sink.values()) {
        Tags tags = Tags.of("sink", sink.code());
        gauges.of("events.waiting", null, "events to be sent", tags, "events.waiting", sink.code());
        gauges.of(
            "events.oldest",
            "seconds",
            "how long the oldest of them has waited",
            tags,
            "events.oldest",
            sink.code());
        gauges.of(
            "events.dead.letters",
            null,
            "events that were tried for three days in vain",
            tags,
            "events.dead.letters",
            sink.code());
      }
      for (String status : List.of("connected", "reconnect_required", "disconnected")) {
        gauges.of(
            "accounts",
            null,
            "accounts, by status",
            Tags.of("status", status),
            "accounts.status",
            status);
      }
      gauges.count("accounts.silent", "accounts and kinds that are silent against their own habit");
      gauges.count("revocations.pending", "disconnects that Withings was not told of yet");
      for (DataKind kind : DataKind.values()) {
        for (String which : List.of("oldest", "median")) {
          gauges.of(
              "freshness." + which,
              "seconds",
              "time since the last sync of connected accounts, the " + which,
              Tags.of("kind", kind.code()),
              "freshness." + which,
              kind.code());
        }
      }
      gauges.count("history.unfilled", "histories that are being filled");
      gauges.count("catchup.due", "catch-up polls whose time has come");
      gauges.age("catchup.overdue", "how long ago the time of the first of them came");
      Gauge.builder("vitalroutes.budget.calls", settings::requestsPerMinute)
          .description("calls of Withings that a minute may see; 0: no limit")
          .register(registry);
      gauges.count("budget.left", "calls of Withings that may be made now");
      gauges.age(
          "budget.pause", "how long all calls pause, as Withings said that there were too many");
      FunctionCounter.builder(
              "vitalroutes.withings.calls", metrics, it -> it.of("withings.calls", ""))
          .description("calls of Withings within the budget; none are counted without one")
          .register(registry);
    };
  }

  /** Of this replica: each finds out for itself. */
  @Bean
  MeterBinder breakerGauges(Breakers breakers) {
    return registry ->
        breakers
            .all()
            .forEach(
                breaker ->
                    Gauge.builder("vitalroutes.breaker.open", breaker, b -> b.isClosed() ? 0 : 1)
                        .tag("destination", breaker.destination().code())
                        .description("1 while the destination is down and work waits for it")
                        .register(registry));
  }

  private static void counter(
      MeterRegistry registry, String name, String description, String label, String value) {
    Counter.builder("vitalroutes." + name)
        .description(description)
        .tag(label, value)
        .register(registry);
  }

  private record Gauges(MeterRegistry registry, BacklogMetrics metrics) {

    void count(String name, String description) {
      of(name, null, description, Tags.empty(), name);
    }

    void age(String name, String description) {
      of(name, "seconds", description, Tags.empty(), name);
    }

    void of(String name, String unit, String description, Tags tags, String figure) {
      of(name, unit, description, tags, figure, "");
    }

    void of(String name, String unit, String description, Tags tags, String figure, String label) {
      Gauge.builder("vitalroutes." + name, metrics, it -> it.of(figure, label))
          .baseUnit(unit)
          .description(description)
          .tags(tags)
          .register(registry);
    }

    void sum(String name, String description, Tags tags, String figure, Predicate<String> labels) {
      Gauge.builder("vitalroutes." + name, metrics, it -> it.of(figure, labels))
          .description(description)
          .tags(tags)
          .register(registry);
    }
  }
}
