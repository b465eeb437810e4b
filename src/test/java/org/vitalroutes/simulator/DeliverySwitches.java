package org.vitalroutes.simulator;

import java.time.Duration;
import java.util.Random;

/** Faults of notification delivery; none by default. */
public final class DeliverySwitches {
  private final Random random = new Random(42);
  private boolean silent;
  private int dropNext;
  private double dropPercent;
  private int extraCopies;
  private Duration delay = Duration.ZERO;
  private int reorder;
  private boolean repeatQuery;

  /** Sends nothing while on. */
  public synchronized DeliverySwitches silent(boolean on) {
    this.silent = on;
    return this;
  }

  /** Drops the next notifications. */
  public synchronized DeliverySwitches dropNext(int notifications) {
    this.dropNext = notifications;
    return this;
  }

  /** Drops this percentage of notifications. */
  public synchronized DeliverySwitches dropPercent(double percent) {
    this.dropPercent = percent;
    return this;
  }

  /** Sends extra copies of every notification. */
  public synchronized DeliverySwitches extraCopies(int copies) {
    this.extraCopies = copies;
    return this;
  }

  /** Delay before the first try. */
  public synchronized DeliverySwitches delay(Duration wait) {
    this.delay = wait;
    return this;
  }

  /** Collects this many notifications and sends the last first; 0 is off. */
  public synchronized DeliverySwitches reorder(int held) {
    this.reorder = held;
    return this;
  }

  /** Repeats the callback's query parameters in the body. */
  public synchronized DeliverySwitches repeatQuery(boolean on) {
    this.repeatQuery = on;
    return this;
  }

  public synchronized boolean silent() {
    return silent;
  }

  synchronized boolean drops() {
    if (dropNext > 0) {
      dropNext--;
      return true;
    }
    return dropPercent > 0 && random.nextDouble() * 100 < dropPercent;
  }

  public synchronized int extraCopies() {
    return extraCopies;
  }

  public synchronized Duration delay() {
    return delay;
  }

  public synchronized int reorder() {
    return reorder;
  }

  public synchronized boolean repeatQuery() {
    return repeatQuery;
  }

  public synchronized int dropNext() {
    return dropNext;
  }

  public synchronized double dropPercent() {
    return dropPercent;
  }
}
