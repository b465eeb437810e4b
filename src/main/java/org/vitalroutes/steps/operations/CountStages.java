package org.vitalroutes.steps.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.operations.FlowStage;
import org.vitalroutes.operations.Throughput;
import org.vitalroutes.store.StageCounts;

/**
 * Adds what this replica's routes have counted to the counts of all replicas. The meters are there
 * anyway, so messages pay nothing for it.
 */
@Component
final class CountStages {

  private final MeterRegistry meters;
  private final StageCounts counts;
  private final Map<FlowStage, Throughput.Count> added = new EnumMap<>(FlowStage.class);

  CountStages(MeterRegistry meters, StageCounts counts) {
    this.meters = meters;
    this.counts = counts;
  }

  @Handler
  synchronized void count() {
    List<Throughput.Count> news = new ArrayList<>();
    Map<FlowStage, Throughput.Count> totals = new EnumMap<>(FlowStage.class);
    for (FlowStage stage : FlowStage.values()) {
      Throughput.Count total = total(stage);
      Throughput.Count before = added.getOrDefault(stage, new Throughput.Count(stage, 0, 0, 0));
      totals.put(stage, total);
      if (total.passed() > before.passed() || total.failed() > before.failed()) {
        news.add(
            new Throughput.Count(
                stage,
                total.passed() - before.passed(),
                total.failed() - before.failed(),
                total.seconds() - before.seconds()));
      }
    }
    if (!news.isEmpty()) {
      counts.add(news);
      added.putAll(totals);
    }
  }

  private Throughput.Count total(FlowStage stage) {
    return new Throughput.Count(
        stage,
        (long) sum(stage, "camel.exchanges.total", Statistic.COUNT),
        (long)
            (sum(stage, "camel.exchanges.failed", Statistic.COUNT)
                + sum(stage, "camel.exchanges.failures.handled", Statistic.COUNT)),
        sum(stage, "camel.route.policy", Statistic.TOTAL_TIME));
  }

  private double sum(FlowStage stage, String name, Statistic statistic) {
    return meters.find(name).meters().stream()
        .filter(meter -> stage.routes().contains(meter.getId().getTag("routeId")))
        .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
        .filter(measured -> measured.getStatistic() == statistic)
        .mapToDouble(measured -> measured.getValue())
        .sum();
  }
}
