package org.vitalroutes.withings;

import java.util.Set;

/**
 * What a status in the envelope means for us. Withings publishes families of codes only; single
 * codes are read as live answers showed them.
 *
 * @see <a href="https://developer.withings.com/api-reference/#section/Response-status">Response
 *     status</a>
 */
public enum WithingsStatus {
  /** The body is the answer. */
  OK,
  /** The access token is not accepted. */
  UNAUTHORIZED,
  /** The application's budget is used up. */
  TOO_MANY_REQUESTS,
  /** Withings has a problem of its own, or says nothing that is known: worth another try. */
  UNAVAILABLE,
  /** The call cannot succeed as it is. */
  REFUSED;

  private static final Set<Integer> AUTHENTICATION = Set.of(100, 101, 102, 200, 283, 401);

  private static final Set<Integer> UNAUTHORIZED_FOR_GOOD = Set.of(214, 277, 403, 2553, 2554, 2555);

  /** Invalid parameters, as [first, last] of each published range. */
  private static final int[][] INVALID = {
    {201, 213}, {216, 218}, {220, 221}, {223, 223}, {225, 225}, {227, 230}, {234, 236}, {238, 238},
    {240, 252}, {254, 254}, {260, 267}, {271, 272}, {275, 276}, {284, 288}, {290, 290}, {293, 295},
    {297, 297}, {300, 304}, {321, 321}, {323, 353}, {380, 382}, {400, 400}, {501, 511}, {523, 523},
    {532, 532}, {3017, 3019}
  };

  /** The meaning of a code. Total: an unknown one is worth another try. */
  public static WithingsStatus of(int status) {
    if (status == 0) {
      return OK;
    }
    if (AUTHENTICATION.contains(status)) {
      return UNAUTHORIZED;
    }
    if (status == 601) {
      return TOO_MANY_REQUESTS;
    }
    if (UNAUTHORIZED_FOR_GOOD.contains(status)) {
      return REFUSED;
    }
    for (int[] range : INVALID) {
      if (range[0] <= status && status <= range[1]) {
        return REFUSED;
      }
    }
    return UNAVAILABLE;
  }
}
