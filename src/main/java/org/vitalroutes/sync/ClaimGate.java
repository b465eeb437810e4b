package org.vitalroutes.sync;

/**
 * What may be claimed now.
 *
 * @param inHand the most requests that this replica may have in hand
 * @param lane the least urgent lane that may be claimed, as its ordinal; none is below zero. A
 *     withdrawal takes no calls and may be claimed while anything may
 */
public record ClaimGate(int inHand, int lane) {

  /** Nothing may be claimed. */
  public static final ClaimGate CLOSED = new ClaimGate(0, -1);

  /**
   * As much as there are workers, of lanes for which there are calls left.
   *
   * @param workers of this replica that may be given work
   * @param left calls that may be made now
   * @param soon those and what comes free in the next seconds
   * @param callsPerMinute the budget
   */
  public static ClaimGate of(int workers, int left, int soon, int callsPerMinute) {
    for (int lane = Lane.DETAILS.ordinal(); lane >= 0; lane--) {
      Urgency urgency = Urgency.of(Lane.values()[lane]);
      if (left > urgency.kept(callsPerMinute) && soon > urgency.keptSoon(callsPerMinute)) {
        return new ClaimGate(workers, lane);
      }
    }
    return CLOSED;
  }

  /**
   * The most requests of other lanes than live in hand: a quarter of the workers is for live, one
   * at least if there are two.
   */
  public int later() {
    return Math.max(inHand - Math.max(inHand / 4, 1), Math.min(inHand, 1));
  }

  /** Whether anything may be claimed. */
  public boolean open() {
    return inHand > 0;
  }
}
