package org.vitalroutes.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Issues nonces, each valid once and for 30 minutes, in a correctly signed call. */
final class Nonces {
  private static final Duration LIFE = Duration.ofMinutes(30);

  private final Map<String, Instant> expiry = new ConcurrentHashMap<>();
  private final SimulatorSettings settings;
  private final Secrets secrets;
  private final Clock clock;

  Nonces(SimulatorSettings settings, Secrets secrets, Clock clock) {
    this.settings = settings;
    this.secrets = secrets;
    this.clock = clock;
  }

  String next() {
    String nonce = secrets.next("nonce");
    expiry.put(nonce, clock.instant().plus(LIFE));
    return nonce;
  }

  /** Refuses a call with a wrong client, nonce or signature; otherwise consumes the nonce. */
  void requireSigned(Call call) {
    if (!call.requiredText("client_id").equals(settings.clientId())) {
      throw RefusedException.invalid("client_id");
    }
    String nonce = call.requiredText("nonce");
    String expected =
        Signatures.sign(settings.clientSecret(), call.action(), settings.clientId(), nonce);
    if (!Signatures.matches(expected, call.requiredText("signature"))) {
      throw RefusedException.badSignature();
    }
    Instant until = expiry.remove(nonce);
    if (until == null || !clock.instant().isBefore(until)) {
      throw RefusedException.badSignature();
    }
  }
}
