package org.vitalroutes.sync;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Order of service of sync requests and of calls to the provider, highest first. Stored by {@link
 * #code}, as the PostgreSQL type {@code priority} with the same order.
 */
@SuppressWarnings("EnumOrdinal") // the order of the constants is their meaning
public enum Priority {
  /** Exchange of an authorization code, which lives 30 seconds. Ignores a pause of the budget. */
  CODE,
  /** A notification, and every other token call. */
  LIVE,
  /** A new connection and its subscriptions. */
  CONNECTION,
  /** A poll for data whose notification was lost. */
  CATCH_UP,
  /** A second read, before anything is concluded from the first. */
  RECHECK,
  /** History, and an operator's resync. */
  BACKFILL,
  /** Details of history rows, one call each, after all summaries. */
  DETAILS,
  /** Withdrawal of a disconnected account's data from the FHIR server; makes no provider calls. */
  WITHDRAWAL;

  private static final List<Priority> OF_REQUESTS = List.of(values()).subList(1, values().length);

  /** Priorities a sync request can have: all but {@link #CODE}. */
  public static List<Priority> ofRequests() {
    return OF_REQUESTS;
  }

  /**
   * Reads a stored name.
   *
   * @throws IllegalArgumentException when no priority has that name
   */
  public static Priority of(String code) {
    return Arrays.stream(values())
        .filter(priority -> priority.code().equals(code))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no priority is called " + code));
  }

  /** Name in the database, the API and metrics: {@code catch-up}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether details are left to a request of priority {@link #DETAILS}. */
  public boolean leavesDetails() {
    return this == CONNECTION || this == BACKFILL;
  }

  /**
   * Calls reserved for higher priorities, for a second read as for a poll: at most five of a budget
   * of 120, a sixtieth of a larger one. A call of this priority is made only while more than these
   * are free, so freed calls go to higher priorities first.
   *
   * @param callsPerMinute the budget
   */
  public int kept(int callsPerMinute) {
    int rank = ordinal() < RECHECK.ordinal() ? ordinal() : ordinal() - 1;
    int kept = Math.min(callsPerMinute * rank / 120, rank * Math.max(1, callsPerMinute / 300));
    return Math.max(ordinal() >= BACKFILL.ordinal() ? 1 : 0, kept);
  }

  /**
   * Calls reserved for notifications and codes among those that are free or free up within the
   * look-ahead window: a sixth of the budget, so that many connections at once leave some in every
   * minute.
   *
   * @param callsPerMinute the budget
   */
  public int keptSoon(int callsPerMinute) {
    return ordinal() >= CONNECTION.ordinal() ? callsPerMinute / 6 : 0;
  }

  /**
   * Maximum calls in five seconds. Polls and history are spread, so that calls free up evenly and
   * not all at once a minute later.
   *
   * @param callsPerMinute the budget
   */
  public int mostInFiveSeconds(int callsPerMinute) {
    return ordinal() > CONNECTION.ordinal() ? callsPerMinute / 10 + 1 : callsPerMinute;
  }
}
