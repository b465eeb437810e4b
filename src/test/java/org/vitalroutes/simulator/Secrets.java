package org.vitalroutes.simulator;

import java.util.concurrent.atomic.AtomicLong;

/** Codes, tokens and nonces: 40 hex digits, never the same twice, the same in every equal run. */
final class Secrets {
  private final String seed;
  private final AtomicLong count = new AtomicLong();

  Secrets(String seed) {
    this.seed = seed;
  }

  String next(String purpose) {
    return Signatures.hmac(seed, purpose + ":" + count.incrementAndGet()).substring(0, 40);
  }
}
