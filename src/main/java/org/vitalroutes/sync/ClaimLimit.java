package org.vitalroutes.sync;

/**
 * What this replica may claim now.
 *
 * @param inHand maximum requests this replica may hold; 0 when nothing may be claimed
 * @param lowest lowest priority that may be claimed; a withdrawal makes no calls and may be claimed
 *     whenever anything may
 */
public record ClaimLimit(int inHand, Priority lowest) {

  /** Nothing may be claimed. */
  public static final ClaimLimit CLOSED = new ClaimLimit(0, Priority.LIVE);

  /**
   * As many requests as there are workers, of priorities that have calls left.
   *
   * @param workers of this replica that may be given work
   * @param left calls that may be made now
   * @param soon calls that may be made now or free up within the look-ahead window
   * @param callsPerMinute the budget
   */
  public static ClaimLimit of(int workers, int left, int soon, int callsPerMinute) {
    for (int i = Priority.DETAILS.ordinal(); i >= Priority.LIVE.ordinal(); i--) {
      Priority lowest = Priority.values()[i];
      if (left > lowest.kept(callsPerMinute) && soon > lowest.keptSoon(callsPerMinute)) {
        return new ClaimLimit(workers, lowest);
      }
    }
    return CLOSED;
  }

  /**
   * Maximum requests below live in hand: a quarter of the workers, at least one of two, is reserved
   * for live.
   */
  public int later() {
    return Math.max(inHand - Math.max(inHand / 4, 1), Math.min(inHand, 1));
  }

  /** Whether anything may be claimed. */
  public boolean open() {
    return inHand > 0;
  }
}
