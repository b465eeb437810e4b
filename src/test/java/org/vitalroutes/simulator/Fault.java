package org.vitalroutes.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with the next calls.
 *
 * @param times how many calls it befalls
 * @param path only calls to this path, when given
 * @param action only calls with this action, when given
 * @param userid only calls with a token of this user, when given
 * @param number the status, the milliseconds or the bytes, as the kind has it
 * @param text the error text, the value of Retry-After or the raw body, as the kind has it
 * @param afterwards whether the call is carried out and only its answer lost
 */
public record Fault(
    Kind kind,
    int times,
    @Nullable String path,
    @Nullable String action,
    @Nullable Long userid,
    long number,
    @Nullable String text,
    boolean afterwards) {

  /** What may go wrong. */
  public enum Kind {
    /** HTTP 200 with another status in the envelope. */
    BODY_STATUS,
    /** Another HTTP status, with Retry-After if there is a text. */
    HTTP_STATUS,
    /** HTTP 200 with a page for people. */
    HTML,
    /** HTTP 200 with nothing. */
    EMPTY,
    /** HTTP 200 with whatever text was given. */
    RAW,
    /** The first half of the right JSON, as if it were all. */
    TRUNCATED,
    /** The first half of the right JSON, then the connection ends. */
    CUT,
    /** The connection ends without an answer. */
    RESET,
    /** The right answer, late. */
    DELAY,
    /** The right answer, with so many bytes of padding. */
    HUGE,
    /** The right rows, but more of them for ever at the same offset. */
    STUCK_PAGING,
    /** The right answer, but every number a text. */
    NUMBERS_AS_STRINGS,
    /** The right answer after a wrong one, in the same object. */
    DUPLICATE_KEYS,
    /** The right answer, but its list is empty. */
    EMPTY_LIST,
    /** The right answer, but null in place of its list. */
    NULL_LIST,
    /** The right answer without the second half of its list. */
    SHORT_LIST,
    /** The right answer without the first row of its list. */
    SHIFTED_LIST;

    /** The name the control API has for it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String label) {
      return Arrays.stream(values())
          .filter(kind -> kind.label().equals(label))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("unknown fault: " + label));
    }

    /** Whether the right answer is needed to make the wrong one. */
    boolean spoilsAnswer() {
      return switch (this) {
        case TRUNCATED,
            CUT,
            DELAY,
            HUGE,
            STUCK_PAGING,
            NUMBERS_AS_STRINGS,
            DUPLICATE_KEYS,
            EMPTY_LIST,
            NULL_LIST,
            SHORT_LIST,
            SHIFTED_LIST ->
            true;
        case BODY_STATUS, HTTP_STATUS, HTML, EMPTY, RAW, RESET -> false;
      };
    }
  }

  /** A fault of a kind that needs no number and no text, for the next call. */
  public static Fault of(Kind kind) {
    return new Fault(kind, 1, null, null, null, 0, null, false);
  }

  public static Fault bodyStatus(int status) {
    return of(Kind.BODY_STATUS).number(status);
  }

  public static Fault httpStatus(int status) {
    return of(Kind.HTTP_STATUS).number(status);
  }

  public static Fault httpStatus(int status, String retryAfter) {
    return httpStatus(status).text(retryAfter);
  }

  public static Fault delay(Duration wait) {
    return of(Kind.DELAY).number(wait.toMillis());
  }

  public static Fault huge(long bytes) {
    return of(Kind.HUGE).number(bytes);
  }

  public static Fault raw(String body) {
    return of(Kind.RAW).text(body);
  }

  public Fault times(int calls) {
    return new Fault(kind, calls, path, action, userid, number, text, afterwards);
  }

  public Fault onPath(String onlyPath) {
    return new Fault(kind, times, onlyPath, action, userid, number, text, afterwards);
  }

  public Fault onAction(String onlyAction) {
    return new Fault(kind, times, path, onlyAction, userid, number, text, afterwards);
  }

  public Fault forUser(long onlyUserid) {
    return new Fault(kind, times, path, action, onlyUserid, number, text, afterwards);
  }

  /** Carries the call out all the same; only its answer is lost. */
  public Fault losingAnswer() {
    return new Fault(kind, times, path, action, userid, number, text, true);
  }

  private Fault number(long newNumber) {
    return new Fault(kind, times, path, action, userid, newNumber, text, afterwards);
  }

  private Fault text(String newText) {
    return new Fault(kind, times, path, action, userid, number, newText, afterwards);
  }

  boolean befalls(Call call, Optional<Long> caller) {
    return (path == null || path.equals(call.path()))
        && (action == null || action.equals(call.action()))
        && (userid == null || userid.equals(caller.orElse(null)));
  }

  /** Whether the call is carried out. */
  boolean lets() {
    return afterwards || kind.spoilsAnswer();
  }
}
