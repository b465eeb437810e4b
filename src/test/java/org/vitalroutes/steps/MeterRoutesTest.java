package org.vitalroutes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RoutePolicyFactory;
import org.junit.jupiter.api.Test;

class MeterRoutesTest {

  private final MeterRegistry ours = new SimpleMeterRegistry();
  private final MeterRegistry camels = new SimpleMeterRegistry();

  @Test
  void the_meters_of_a_route_are_those_of_camels_own_policy_and_count_the_same() throws Exception {
    MicrometerRoutePolicyFactory policy = new MicrometerRoutePolicyFactory();
    policy.setMeterRegistry(camels);

    Map<Meter.Id, Double> counted = counts(new MeterRoutes(ours), ours);

    assertThat(counted).hasSize(8);
    assertThat(counts(policy, camels)).containsAllEntriesOf(counted);
    assertThat(ours.get("camel.exchanges.total").tag("routeId", "inner").counter().count())
        .isEqualTo(3);
    assertThat(ours.get("camel.route.policy").tag("routeId", "inner").timer().count()).isEqualTo(3);
  }

  /** Sends what succeeds, what fails, and what fails and is handled, through two routes. */
  private static Map<Meter.Id, Double> counts(RoutePolicyFactory policy, MeterRegistry registry)
      throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getCamelContextExtension().setName("vitalroutes");
      camel.addRoutePolicyFactory(policy);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              onException(IllegalArgumentException.class).handled(true);
              from("direct:outer").routeId("outer").to("direct:inner");
              from("direct:inner").routeId("inner").process(MeterRoutesTest::fail);
            }
          });
      camel.start();
      var producer = camel.createProducerTemplate();
      for (Object body :
          new Object[] {"good", new IllegalArgumentException(), new IllegalStateException()}) {
        producer.send("direct:outer", exchange -> exchange.getMessage().setBody(body));
      }
      return counts(registry);
    }
  }

  private static void fail(Exchange exchange) throws Exception {
    if (exchange.getMessage().getBody() instanceof Exception failure) {
      throw failure;
    }
  }

  private static Map<Meter.Id, Double> counts(MeterRegistry registry) {
    return registry.getMeters().stream()
        .collect(Collectors.toMap(Meter::getId, MeterRoutesTest::count));
  }

  private static double count(Meter meter) {
    return StreamSupport.stream(meter.measure().spliterator(), false)
        .filter(measured -> measured.getStatistic() == Statistic.COUNT)
        .mapToDouble(Measurement::getValue)
        .sum();
  }
}
