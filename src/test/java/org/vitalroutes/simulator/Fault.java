package org.vitalroutes.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fault of the next calls.
 *
 * @param times number of calls
 * @param path limits it to calls of this path
 * @param action limits it to calls of this action
 * @param userid limits it to calls with a token of this user
 * @param number status, milliseconds or bytes, depending on the kind
 * @param text error text, value of Retry-After or raw body, depending on the kind
 * @param afterwards whether the call is executed and only its answer is replaced
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

  /** The kinds of faults. */
  public enum Kind {
    /** HTTP 200 with another status in the envelope. */
    BODY_STATUS,
    /** Another HTTP status, with Retry-After if there is a text. */
    HTTP_STATUS,
    /** HTTP 200 with a page for people. */
    HTML,
    /** HTTP 200 with an empty body. */
    EMPTY,
    /** HTTP 200 with the given text. */
    RAW,
    /** The first half of the JSON, as a complete answer. */
    TRUNCATED,
    /** The first half of the JSON, then a closed connection. */
    CUT,
    /** A closed connection without an answer. */
    RESET,
    /** The answer, late. */
    DELAY,
    /** The answer with this many bytes of padding. */
    HUGE,
    /** The rows, with more of them forever at the same offset. */
    STUCK_PAGING,
    /** The answer with every number as text. */
    NUMBERS_AS_STRINGS,
    /** A wrong status and body before the right ones, in the same object. */
    DUPLICATE_KEYS,
    /** The answer with an empty list. */
    EMPTY_LIST,
    /** The answer with null in place of its list. */
    NULL_LIST,
    /** The answer without the second half of its list. */
    SHORT_LIST,
    /** The answer without the first row of its list. */
    SHIFTED_LIST;

    /** The name in the control API. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String label) {
      return Arrays.stream(values())
          .filter(kind -> kind.label().equals(label))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("unknown fault: " + label));
    }

    /** Whether the fault changes the right answer. */
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

  /** A fault without number and text, for the next call. */
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

  /** Executes the call and replaces only its answer. */
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

  /** Whether the call is executed. */
  boolean lets() {
    return afterwards || kind.spoilsAnswer();
  }
}
