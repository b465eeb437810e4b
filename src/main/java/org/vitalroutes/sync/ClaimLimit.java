package org.vitalroutes.sync;

/**
 * What this replica may claim now.
 *
 * @param inHand maximum requests this replica may hold; 0 when nothing may be claimed
 * @param everywhere maximum requests that all replicas may hold together
 * @param lowest lowest priority that may be claimed; a withdrawal makes no calls and may be claimed
 *     whenever anything may
 */
public record ClaimLimit(int inHand, int everywhere, Priority lowest) {

  /** Nothing may be claimed. */
  public static final ClaimLimit CLOSED = new ClaimLimit(0, 0, Priority.LIVE);

  /**
   * As many requests as there are workers, of priorities that have calls left.
   *
   * @param workers of this replica that may be given work
   * @param everywhere requests that all replicas may hold together
   * @param left calls that may be made now
   * @param soon calls that may be made now or free up within the look-ahead window
   * @param callsPerMinute the budget
   */
  public static ClaimLimit of(int workers, int everywhere, int left, int soon, int callsPerMinute) {
    ClaimLimit limit = CLOSED;
    for (Priority lowest : Priority.ofRequests()) {
      if (lowest != Priority.WITHDRAWAL
          && left > lowest.kept(callsPerMinute)
          && soon > lowest.keptSoon(callsPerMinute)) {
        limit = new ClaimLimit(workers, everywhere, lowest);
      }
    }
    return limit;
  }

  /** Maximum requests below live in hand. */
  public int later() {
    return less(inHand);
  }

  /** Maximum requests below live in the hands of all replicas. */
  public int laterEverywhere() {
    return less(everywhere);
  }

  /** A quarter, at least one of two, is reserved for what is live. */
  private static int less(int most) {
    return Math.max(most - Math.max(most / 4, 1), Math.min(most, 1));
  }

  /** Whether anything may be claimed. */
  public boolean open() {
    return inHand > 0;
  }
}
