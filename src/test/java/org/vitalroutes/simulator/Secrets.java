package org.vitalroutes.simulator;

import java.util.concurrent.atomic.AtomicLong;

/** Generates codes, tokens and nonces of 40 hex digits: unique, and the same in every equal run. */
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
