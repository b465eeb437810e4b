package org.vitalroutes.sync;

import org.jspecify.annotations.Nullable;

/** How urgent a call of the provider is; the order is the order of service. */
public enum Urgency {
  /** The exchange of a code, which lives 30 seconds. Does not wait for the end of a pause. */
  CODE,
  /** For a notification, and every other call for tokens. */
  LIVE,
  /** For a fresh connection, its subscriptions too. */
  CONNECTION,
  /** For a poll. */
  CATCH_UP,
  /** For history. */
  BACKFILL,
  /** For what the rows of a history do not tell. */
  DETAILS;

  /** That of a sync request; {@link #CONNECTION} when there is none. */
  public static Urgency of(@Nullable Lane lane) {
    return lane == null ? CONNECTION : values()[Math.min(lane.ordinal() + 1, DETAILS.ordinal())];
  }

  /**
   * The calls that are kept for what is more urgent: five at most of a budget of 120, a sixtieth of
   * a larger one. As a call of this urgency is made only while more than these are free, all that
   * comes free goes to what is more urgent first.
   *
   * @param callsPerMinute the budget
   */
  public int kept(int callsPerMinute) {
    int kept =
        Math.min(callsPerMinute * ordinal() / 120, ordinal() * Math.max(1, callsPerMinute / 300));
    return Math.max(ordinal() >= BACKFILL.ordinal() ? 1 : 0, kept);
  }

  /**
   * The calls that are kept for notifications and codes out of those that are free or will be soon,
   * so that many connections at once do not leave a minute without any: a sixth of the budget.
   * While calls come free evenly, more than these always will be.
   *
   * @param callsPerMinute the budget
   */
  public int keptSoon(int callsPerMinute) {
    return ordinal() >= CONNECTION.ordinal() ? callsPerMinute / 6 : 0;
  }

  /**
   * The most calls in five seconds. Polls and history are spread, so that calls come free evenly
   * and not all at once a minute later.
   *
   * @param callsPerMinute the budget
   */
  public int mostInFiveSeconds(int callsPerMinute) {
    return ordinal() > CONNECTION.ordinal() ? callsPerMinute / 10 + 1 : callsPerMinute;
  }
}
