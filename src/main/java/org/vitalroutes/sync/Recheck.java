package org.vitalroutes.sync;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A window to read a second time before the first read is acted on.
 *
 * @param id of its row; 0 before it is stored
 * @param window what to read
 * @param reason why
 * @param keys business keys of the resources that the first read missed; empty when it is read for
 *     another reason
 * @param missingFor how long ago a read of one page missed them first; null when none did yet
 * @param misses how many reads of one page have missed them
 */
public record Recheck(
    long id,
    Window window,
    Reason reason,
    Set<String> keys,
    @Nullable Duration missingFor,
    int misses) {

  /** Why a window is read again. */
  public enum Reason {
    /** A live window had no new data: the data may arrive after its notification. */
    NOTHING_NEW,
    /** The same, half an hour later. */
    STILL_NOTHING_NEW,
    /** Rows were missing from an answer. */
    REMOVAL,
    /** So many rows are missing that an operator decides, unless a second read finds them. */
    MASS_REMOVAL,
    /** An operator has decided that a mass of missing rows is to be withdrawn. */
    APPROVED_REMOVAL;

    /** Its name in the database. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a stored name. */
    public static Reason of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** Between the first read that missed a row and the second, with time left for the others. */
  private static final Duration SECOND_READ = Duration.ofSeconds(70);

  public Recheck {
    keys = Set.copyOf(keys);
  }

  /** A window to read again because a live one had no new data. */
  public static Recheck nothingNew(Window window, Reason reason) {
    return new Recheck(0, window, reason, Set.of(), null, 0);
  }

  /** A mass of removals that an operator has approved. */
  public static Recheck approved(Window window) {
    return new Recheck(0, window, Reason.APPROVED_REMOVAL, Set.of(), null, 0);
  }

  /**
   * Another read of missing resources.
   *
   * @param missed whether a read of one page has just missed them
   */
  static Recheck of(Window window, Reason reason, Set<String> keys, boolean missed) {
    return new Recheck(0, window, reason, keys, missed ? Duration.ZERO : null, missed ? 1 : 0);
  }

  /** Whether the read may end in a withdrawal. */
  public boolean mayWithdraw() {
    return switch (reason) {
      case REMOVAL, MASS_REMOVAL, APPROVED_REMOVAL -> true;
      case NOTHING_NEW, STILL_NOTHING_NEW -> false;
    };
  }

  /** How long to wait before the window is read. */
  public Duration due() {
    return switch (reason) {
      case NOTHING_NEW -> Duration.ofMinutes(3);
      case STILL_NOTHING_NEW -> Duration.ofMinutes(30);
      case APPROVED_REMOVAL -> Duration.ZERO;
      case REMOVAL, MASS_REMOVAL ->
          missingFor == null || missingFor.compareTo(SECOND_READ) > 0
              ? Duration.ZERO
              : SECOND_READ.minus(missingFor);
    };
  }

  /**
   * The window of the next call, a little different each time: Withings refuses an identical call
   * for ten seconds.
   */
  Window nextWindow(Duration step) {
    return new Window(window.from().minus(step.multipliedBy(misses)), window.to());
  }
}
