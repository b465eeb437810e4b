package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.component.timer.TimerEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The intervals of the settings reach a timer as they are written, so Camel must read both forms.
 */
class TimerPeriodTest {

  @ParameterizedTest
  @ValueSource(strings = {"200ms", "PT0.2S"})
  void an_interval_is_read_in_either_notation(String interval) throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      TimerEndpoint timer = camel.getEndpoint("timer:poll?period=" + interval, TimerEndpoint.class);

      assertThat(timer.getPeriod()).isEqualTo(200);
    }
  }
}
