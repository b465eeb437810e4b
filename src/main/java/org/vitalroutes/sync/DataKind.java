package org.vitalroutes.sync;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A kind of Withings data that is fetched and reconciled as one. */
public enum DataKind {
  /** Weight, blood pressure, temperature and all other measures of {@code getmeas}. */
  MEASURES("user.metrics"),
  /** Days of {@code getactivity}. */
  ACTIVITY("user.activity"),
  /** Workouts of {@code getworkouts}. */
  WORKOUTS("user.activity"),
  /** Nights of {@code sleep getsummary}. */
  SLEEP("user.activity"),
  /** Electrocardiograms of {@code heart list}, with the blood pressure taken at the same time. */
  ECG("user.metrics");

  private final String scope;

  DataKind(String scope) {
    this.scope = scope;
  }

  /** Whether its rows span time and are requested by local days instead of seconds. */
  public boolean isByDays() {
    return this == ACTIVITY || this == WORKOUTS || this == SLEEP;
  }

  /**
   * Whether the date of a row can be edited at Withings, so that it leaves the window in which it
   * was delivered. A day is its date, and a recording keeps its own.
   */
  public boolean rowsCanMove() {
    return this != ACTIVITY && this != ECG;
  }

  /**
   * Span of the newest slice of a history. Withings documents neither the page size nor a maximum
   * span; pages with 200 days and 300 nights were observed. So of a year, nights cost no extra call
   * and days one, because a page of days has more than a thousand resources, for which other data
   * of new users would wait.
   */
  public Duration newestSlice() {
    return switch (this) {
      case MEASURES, ACTIVITY -> Duration.ofDays(30);
      case SLEEP -> Duration.ofDays(90);
      case WORKOUTS, ECG -> Duration.ofDays(366);
    };
  }

  /**
   * The span below which a history is one slice: less than another slice would remain, or a page of
   * days holds it, so that to cut it would cost a call.
   */
  public Duration shortestToCut() {
    return this == ACTIVITY ? Duration.ofDays(180) : newestSlice().multipliedBy(2);
  }

  /** Whether its pages come newest first, over a span of any length. */
  public boolean isNewestFirst() {
    return this == MEASURES;
  }

  /**
   * The priority in which the newest slice of a history waits.
   *
   * @param asked the requested priority; ignored for electrocardiograms, whose list is useless
   *     without one call per recording
   */
  public Priority priorityOfHistory(Priority asked) {
    return this == ECG ? Priority.DETAILS : asked;
  }

  /** The id of the provider that has it. */
  public String provider() {
    return "withings";
  }

  /** The OAuth scope that opens it. */
  public String scope() {
    return scope;
  }

  /** Its name in routes, tables and the API: {@code measures}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of that name. */
  public static DataKind of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }

  /** The kinds that a provider has. */
  public static List<DataKind> ofProvider(String provider) {
    return Stream.of(values()).filter(kind -> kind.provider().equals(provider)).toList();
  }

  /** The kinds of a provider that granted scopes open. */
  public static List<DataKind> openedBy(String provider, Collection<String> scopes) {
    return ofProvider(provider).stream().filter(kind -> scopes.contains(kind.scope)).toList();
  }
}
