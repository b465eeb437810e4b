package org.vitalroutes.bench;

import java.util.concurrent.locks.LockSupport;

/** Waits. */
final class Pause {

  private Pause() {}

  static void millis(long millis) {
    untilNanos(System.nanoTime() + millis * 1_000_000);
  }

  static void untilNanos(long deadline) {
    for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
