package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.sync.Destination;

/** Notes that Withings answers. */
@Component
final class NoteWithingsAnswer {

  private final Breakers breakers;

  NoteWithingsAnswer(Breakers breakers) {
    this.breakers = breakers;
  }

  @Handler
  void note() {
    breakers.of(Destination.WITHINGS).answered();
  }
}
