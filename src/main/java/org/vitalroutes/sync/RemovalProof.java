package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Recheck.Reason;

/**
 * What an answer proves to be removed at Withings, of what the FHIR server has. A row that is
 * missing once proves nothing: it is read again in a narrow window, and only when single pages of
 * that miss it too, at least one and at most three minutes after a single page missed it first, it
 * is gone.
 *
 * @param removed keys of rows that are proved to be removed
 * @param again windows to read again before anything is concluded
 * @param mass what only an operator may withdraw; null when there is no such
 */
public record RemovalProof(Set<String> removed, List<Recheck> again, @Nullable Mass mass) {

  /** Two reads that miss the same row are at least so far apart. */
  public static final Duration EARLIEST = Duration.ofMinutes(1);

  /** And at most so far: later, the first read says nothing of the same state any more. */
  public static final Duration LATEST = Duration.ofMinutes(3);

  /**
   * So many reads have to miss a row. Of an API that leaves out rows in one answer of twenty, two
   * would miss the same row too often.
   */
  static final int MISSES = 4;

  /** Up to this many removals of one window never count as a mass withdrawal. */
  private static final int NO_MASS = 20;

  private static final Duration MARGIN = Duration.ofMinutes(10);
  private static final Duration NEAR = Duration.ofHours(6);
  private static final Duration LONGEST = Duration.ofDays(2);

  private static final RemovalProof NONE = new RemovalProof(Set.of(), List.of(), null);

  /**
   * A mass of removals that a second read has confirmed.
   *
   * @param window in which they are
   * @param missing how many resources are missing
   */
  public record Mass(Window window, int missing) {}

  public RemovalProof {
    removed = Set.copyOf(removed);
    again = List.copyOf(again);
  }

  /**
   * Judges a finished fetch.
   *
   * @param fetched all pages of it
   * @param delivered what is valid in its window
   * @param now when its last page was read
   */
  public static RemovalProof judge(
      FetchRequest fetched, List<DeliveredRow> delivered, Instant now) {
    if (fetched.tellsRemovedIn() == null) {
      return fetched.recheck() == null ? NONE : incomplete(fetched.recheck());
    }
    List<DeliveredRow> missing =
        delivered.stream().filter(each -> !each.isIn(fetched.seen())).toList();
    Recheck recheck = fetched.recheck();
    if (recheck == null || recheck.keys().isEmpty()) {
      boolean approved = recheck != null && recheck.reason() == Reason.APPROVED_REMOVAL;
      return approved
          ? new RemovalProof(keys(missing), List.of(), null)
          : missed(missing, delivered.size(), fetched.isOneState());
    }
    List<DeliveredRow> still =
        missing.stream().filter(each -> recheck.keys().contains(each.key())).toList();
    if (still.isEmpty()) {
      return NONE;
    }
    Duration missingFor =
        recheck.missingFor() == null
            ? null
            : recheck.missingFor().plus(Duration.between(fetched.begun(), now));
    return missedAgain(recheck, still, missingFor, fetched.isOneState());
  }

  /** What Withings marks as deleted, in an answer that is not of a window. */
  public static List<Recheck> suspect(List<DeliveredRow> takenBack) {
    return takenBack.isEmpty() ? List.of() : narrow(takenBack, false);
  }

  /** An unreadable answer proves nothing; the next read of the window starts again. */
  private static RemovalProof incomplete(Recheck recheck) {
    return recheck.keys().isEmpty()
        ? NONE
        : again(Recheck.of(recheck.window(), recheck.reason(), recheck.keys(), false));
  }

  private static RemovalProof missed(List<DeliveredRow> missing, int delivered, boolean oneState) {
    if (missing.isEmpty()) {
      return NONE;
    }
    if (missing.size() > NO_MASS && missing.size() * 2 > delivered) {
      return again(Recheck.of(around(missing), Reason.MASS_REMOVAL, keys(missing), oneState));
    }
    return new RemovalProof(Set.of(), narrow(missing, oneState), null);
  }

  private static RemovalProof missedAgain(
      Recheck recheck, List<DeliveredRow> still, @Nullable Duration missingFor, boolean oneState) {
    boolean mass = recheck.reason() == Reason.MASS_REMOVAL && still.size() > NO_MASS;
    // An operator looks at a mass, so that its pages need not be one state.
    if (!oneState && !mass) {
      return new RemovalProof(Set.of(), narrow(still, false), null);
    }
    if (missingFor == null || missingFor.compareTo(LATEST) > 0) {
      return again(Recheck.of(recheck.window(), recheck.reason(), keys(still), true));
    }
    int misses = recheck.misses() + 1;
    if (missingFor.compareTo(EARLIEST) < 0 || misses < MISSES) {
      return again(
          new Recheck(0, recheck.window(), recheck.reason(), keys(still), missingFor, misses));
    }
    return mass
        ? new RemovalProof(Set.of(), List.of(), new Mass(around(still), still.size()))
        : new RemovalProof(keys(still), List.of(), null);
  }

  private static RemovalProof again(Recheck recheck) {
    return new RemovalProof(Set.of(), List.of(recheck), null);
  }

  /** The windows around missing rows; close rows share one. */
  private static List<Recheck> narrow(List<DeliveredRow> missing, boolean oneState) {
    List<Recheck> windows = new ArrayList<>();
    List<DeliveredRow> cluster = new ArrayList<>();
    for (DeliveredRow each :
        missing.stream().sorted(Comparator.comparing(DeliveredRow::from)).toList()) {
      if (!cluster.isEmpty() && !isNear(cluster, each)) {
        windows.add(Recheck.of(around(cluster), Reason.REMOVAL, keys(cluster), oneState));
        cluster.clear();
      }
      cluster.add(each);
    }
    windows.add(Recheck.of(around(cluster), Reason.REMOVAL, keys(cluster), oneState));
    return windows;
  }

  private static boolean isNear(List<DeliveredRow> cluster, DeliveredRow next) {
    Instant last = cluster.stream().map(DeliveredRow::until).max(Comparator.naturalOrder()).get();
    return !next.from().isAfter(last.plus(NEAR))
        && !next.until().isAfter(cluster.get(0).from().plus(LONGEST));
  }

  private static Window around(List<DeliveredRow> some) {
    Instant from = some.stream().map(DeliveredRow::from).min(Comparator.naturalOrder()).get();
    Instant until = some.stream().map(DeliveredRow::until).max(Comparator.naturalOrder()).get();
    return new Window(from.minus(MARGIN), until.plus(MARGIN));
  }

  private static Set<String> keys(List<DeliveredRow> some) {
    return some.stream().map(DeliveredRow::key).collect(Collectors.toUnmodifiableSet());
  }
}
