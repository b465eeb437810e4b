package org.vitalroutes.simulator;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Counts the calls and their density; holds no token, code, secret or address. */
public final class CallLog {
  private static final int REMEMBERED = 1_000;
  private static final long WINDOW_MILLIS = 60_000;
  private static final Set<String> HARMLESS =
      Set.of(
          "grant_type",
          "meastype",
          "meastypes",
          "category",
          "startdate",
          "enddate",
          "startdateymd",
          "enddateymd",
          "lastupdate",
          "offset",
          "data_fields",
          "appli",
          "signalid");

  private final Deque<Entry> last = new ArrayDeque<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> statuses = new TreeMap<>();
  private final Deque<Long> window = new ArrayDeque<>();
  private final Clock clock;
  private int windowMaximum;
  private long faulty;

  CallLog(Clock clock) {
    this.clock = clock;
  }

  /**
   * One call.
   *
   * @param userid of the access token
   * @param status of the envelope, or "HTTP" and the HTTP status without an envelope
   * @param fault that was applied
   */
  public record Entry(
      Instant at,
      String path,
      String action,
      Optional<Long> userid,
      Map<String, String> parameters,
      String status,
      Optional<String> fault) {}

  /** Records the start of a call. */
  synchronized void arrived(Call call) {
    counts.merge(key(call), 1L, Long::sum);
    long now = clock.millis();
    window.addLast(now);
    while (window.getFirst() <= now - WINDOW_MILLIS) {
      window.removeFirst();
    }
    windowMaximum = Math.max(windowMaximum, window.size());
  }

  /** Records the end of a call. */
  synchronized void answered(
      Call call, Optional<Long> userid, String status, Optional<String> fault) {
    statuses.merge(status, 1L, Long::sum);
    faulty += fault.isPresent() ? 1 : 0;
    Map<String, String> parameters = new LinkedHashMap<>();
    HARMLESS.forEach(name -> call.text(name).ifPresent(value -> parameters.put(name, value)));
    last.addLast(
        new Entry(clock.instant(), call.path(), call.action(), userid, parameters, status, fault));
    if (last.size() > REMEMBERED) {
      last.removeFirst();
    }
  }

  /** Path and action, for token calls also the grant type: {@code /measure getmeas}. */
  private static String key(Call call) {
    String grantType = call.text("grant_type").map(type -> " " + type).orElse("");
    return call.path() + " " + call.action() + grantType;
  }

  /** Calls by path and action. */
  public synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** Calls to a path with an action, such as {@code /measure getmeas}. */
  public synchronized long count(String key) {
    return counts.getOrDefault(key, 0L);
  }

  /** Answers by status. */
  public synchronized Map<String, Long> statuses() {
    return new TreeMap<>(statuses);
  }

  /** Number of answers with a fault. */
  public synchronized long faulty() {
    return faulty;
  }

  /** The highest number of calls within 60 s, including refused ones. */
  public synchronized int maximumPerMinute() {
    return windowMaximum;
  }

  /** The last calls, oldest first. */
  public synchronized List<Entry> last(int calls) {
    return last.stream().skip(Math.max(0, last.size() - calls)).toList();
  }

  public synchronized void clear() {
    last.clear();
    counts.clear();
    statuses.clear();
    window.clear();
    windowMaximum = 0;
    faulty = 0;
  }
}
