package org.vitalroutes.simulator;

import java.time.Duration;
import java.util.Random;

/** How badly notifications travel; by default they travel well. */
public final class DeliverySwitches {
  private final Random random = new Random(42);
  private boolean silent;
  private int dropNext;
  private double dropPercent;
  private int extraCopies;
  private Duration delay = Duration.ZERO;
  private int reorder;
  private boolean repeatQuery;

  /** Tells nobody anything while on. */
  public synchronized DeliverySwitches silent(boolean on) {
    this.silent = on;
    return this;
  }

  /** Loses the next so many notifications without a try. */
  public synchronized DeliverySwitches dropNext(int notifications) {
    this.dropNext = notifications;
    return this;
  }

  /** Loses this share of all notifications. */
  public synchronized DeliverySwitches dropPercent(double percent) {
    this.dropPercent = percent;
    return this;
  }

  /** Sends every notification so many times more. */
  public synchronized DeliverySwitches extraCopies(int copies) {
    this.extraCopies = copies;
    return this;
  }

  /** Waits before the first try. */
  public synchronized DeliverySwitches delay(Duration wait) {
    this.delay = wait;
    return this;
  }

  /** Holds notifications back until there are so many, then sends the last first; 0 is off. */
  public synchronized DeliverySwitches reorder(int held) {
    this.reorder = held;
    return this;
  }

  /** Repeats the fields of the callback's query string in the body. */
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
