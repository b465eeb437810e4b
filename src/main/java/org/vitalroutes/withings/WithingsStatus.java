package org.vitalroutes.withings;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Outcome;

/**
 * The meaning of an answer's status. Withings documents families of envelope statuses only; the
 * single codes were observed in live answers. docs/errors.md is generated from this enum.
 *
 * @see <a href="https://developer.withings.com/api-reference/#section/Response-status">Response
 *     status</a>
 */
public enum WithingsStatus {
  /** The call succeeded. */
  OK(null),
  /** The access token is not accepted. */
  UNAUTHORIZED(Outcome.RE_AUTHORIZE),
  /** The application's budget is used up. */
  TOO_MANY_REQUESTS(Outcome.HOLD),
  /** Withings itself is unavailable; the circuit breaker counts it. */
  DOWN(Outcome.RETRY),
  /** This call failed or its status is unknown; another try may succeed. */
  UNAVAILABLE(Outcome.RETRY),
  /** The call cannot succeed as it is. */
  REFUSED(Outcome.DEAD_LETTER);

  /** Families of the status in the envelope; the first that contains a code applies. */
  private static final List<Row> STATUSES =
      List.of(
          new Row("OK", "0", OK, ""),
          new Row(
              "Authentication failed",
              "100-102, 200, 401",
              UNAUTHORIZED,
              "refreshed once and called once more; when the refresh is refused, the user must"
                  + " connect again, and while it is not, it is tried again for a day"),
          new Row("Invalid params", "283", UNAUTHORIZED, "live: a token that does not exist"),
          new Row("not published", "403", REFUSED, "live: the scope was not granted, until it is"),
          new Row(
              "Invalid params",
              "201-213, 216-218, 220-221, 223, 225, 227-230, 234-236, 238, 240-252, 254,"
                  + " 260-267, 271-272, 275-276, 284-288, 290, 293-295, 297, 300-304, 321,"
                  + " 323-353, 380-382, 400, 501-511, 523, 532, 3017-3019",
              REFUSED,
              "503 to a refresh: the refresh token is dead and the user must connect again, unless"
                  + " `error` names our client id or secret; 293 to a subscription: made again"
                  + " later; 286 and 294 to its end: it had ended"),
          new Row("Unauthorized", "214, 277, 2553, 2555", REFUSED, "the call is not ours to make"),
          new Row("Not implemented", "2554", REFUSED, "a wrong action"),
          new Row("Timeout", "522", DOWN, ""),
          new Row("Bad state", "524", UNAVAILABLE, ""),
          new Row(
              "Too many requests",
              "601",
              TOO_MANY_REQUESTS,
              "all replicas pause for a minute, longer each time; then half the rate for a minute."
                  + " With `wait_seconds`, or when it says `Same arguments`, it is about one call:"
                  + " that account waits, and no other"),
          new Row(
              "An error occurred",
              "215, 219, 222, 224, 226, 231-233, 237, 253, 255-259, 268-270, 273-274, 278-282,"
                  + " 289, 291-292, 296, 298, 305-320, 322, 370-375, 383, 391, 402, 516-521,"
                  + " 525-531, 533, 602, 700, 1051-1054, 2551-2552, 2556-2559, 3000-3016,"
                  + " 3020-3024, 5000-5006, 6000, 6010-6011, 9000, 10000",
              UNAVAILABLE,
              ""));

  /** Families of the HTTP status. */
  private static final List<Row> HTTP =
      List.of(
          new Row("success", "200-299", OK, "the envelope says more"),
          new Row("unauthorized", "401", UNAUTHORIZED, "as status 401"),
          new Row(
              "too many requests",
              "429",
              TOO_MANY_REQUESTS,
              "as status 601, or for as long as Retry-After says, in seconds or as a date"),
          new Row("timeout", "408", DOWN, ""),
          new Row("server error", "500-599", DOWN, "Retry-After is kept"),
          new Row(
              "redirect, forbidden, not found",
              "300-399, 403, 404",
              UNAVAILABLE,
              "a proxy or a maintenance page: every refusal of the API itself comes with HTTP 200;"
                  + " redirects are not followed"),
          new Row("any other", "0-499", REFUSED, ""));

  private final @Nullable Outcome outcome;

  WithingsStatus(@Nullable Outcome outcome) {
    this.outcome = outcome;
  }

  /**
   * A family of codes with one meaning.
   *
   * @param family Withings' name of the family
   * @param codes single codes and ranges, separated by commas
   * @param note for docs/errors.md
   */
  public record Row(String family, String codes, WithingsStatus meaning, String note) {

    boolean names(int code) {
      return Stream.of(codes.split(", ")).anyMatch(range -> within(code, range.split("-")));
    }

    private static boolean within(int code, String[] ends) {
      return Integer.parseInt(ends[0]) <= code && code <= Integer.parseInt(ends[ends.length - 1]);
    }
  }

  /** The meaning of the status in the envelope; an unknown status is {@link #UNAVAILABLE}. */
  public static WithingsStatus of(int status) {
    return meaning(STATUSES, status, UNAVAILABLE);
  }

  /** The meaning of the HTTP status. */
  public static WithingsStatus ofHttp(int status) {
    return meaning(HTTP, status, DOWN);
  }

  private static WithingsStatus meaning(List<Row> table, int code, WithingsStatus otherwise) {
    return table.stream()
        .filter(row -> row.names(code))
        .map(Row::meaning)
        .findFirst()
        .orElse(otherwise);
  }

  /** The outcome for the sync request; null when it continues. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** The families of the status in the envelope; a code in none of them is {@link #UNAVAILABLE}. */
  public static List<Row> statuses() {
    return STATUSES;
  }

  /** The families of the HTTP status. */
  public static List<Row> http() {
    return HTTP;
  }
}
