package org.vitalroutes.sync;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A kind of Withings data that is fetched and reconciled as one. */
public enum DataKind {
  /** Weight, blood pressure, temperature and all else that {@code getmeas} answers. */
  MEASURES("user.metrics"),
  /** Days of {@code getactivity}. */
  ACTIVITY("user.activity"),
  /** Workouts of {@code getworkouts}. */
  WORKOUTS("user.activity"),
  /** Nights of {@code sleep getsummary}. */
  SLEEP("user.activity"),
  /** Electrocardiograms, and what was taken with them, of {@code heart list}. */
  ECG("user.metrics");

  private final String scope;

  DataKind(String scope) {
    this.scope = scope;
  }

  /**
   * The longest span of its history that is fetched at once. Withings documents no limit for these
   * calls; where single rows need calls of their own, a span is as much work as should be in hand.
   */
  public Duration longestSlice() {
    return switch (this) {
      case SLEEP -> Duration.ofDays(30);
      case ECG -> Duration.ofDays(180);
      case MEASURES, ACTIVITY, WORKOUTS -> Duration.ofDays(100 * 365L);
    };
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

  /** The kinds that granted scopes open. */
  public static List<DataKind> openedBy(Collection<String> scopes) {
    return Stream.of(values()).filter(kind -> scopes.contains(kind.scope)).toList();
  }
}
