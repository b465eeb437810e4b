package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.WithingsCall;
import org.vitalroutes.withings.WithingsSignature;

/** The signed call for a nonce. */
@Component
final class BuildNonceCall {

  private final WithingsSignature signature;
  private final Clock clock;

  BuildNonceCall(WithingsSignature signature, Clock clock) {
    this.signature = signature;
    this.clock = clock;
  }

  @Handler
  WithingsCall build() {
    return signature.getNonce(clock.instant().getEpochSecond());
  }
}
