package org.vitalroutes.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The notification categories, as Withings documents them. */
enum Appli {
  WEIGHT(1, Scopes.METRICS, Shape.WINDOW),
  TEMPERATURE(2, Scopes.METRICS, Shape.WINDOW),
  BLOOD_PRESSURE(4, Scopes.METRICS, Shape.WINDOW),
  ACTIVITY(16, Scopes.ACTIVITY, Shape.DAY),
  SLEEP(44, Scopes.ACTIVITY, Shape.WINDOW),
  USER(46, Scopes.INFO, Shape.ACTION),
  BED_IN(50, Scopes.SLEEP_EVENTS, Shape.EVENT),
  BED_OUT(51, Scopes.SLEEP_EVENTS, Shape.EVENT),
  INFLATE_DONE(52, Scopes.SLEEP_EVENTS, Shape.EVENT),
  ECG(54, Scopes.METRICS, Shape.WINDOW),
  ECG_FAILED(55, Scopes.METRICS, Shape.WINDOW),
  GLUCOSE(58, Scopes.METRICS, Shape.WINDOW),
  STETHOSCOPE(61, Scopes.METRICS, Shape.WINDOW),
  HEART_RATE_VARIABILITY(62, Scopes.METRICS, Shape.WINDOW),
  URINE(63, Scopes.METRICS, Shape.WINDOW);

  /** The fields of a notification besides {@code userid} and {@code appli}. */
  enum Shape {
    /** startdate and enddate, in seconds. */
    WINDOW,
    /** date, as YYYY-MM-DD. */
    DAY,
    /** date, in seconds, and deviceid. */
    EVENT,
    /** action. */
    ACTION
  }

  private final int code;
  private final String scope;
  private final Shape shape;

  Appli(int code, String scope, Shape shape) {
    this.code = code;
    this.scope = scope;
    this.shape = shape;
  }

  int code() {
    return code;
  }

  Shape shape() {
    return shape;
  }

  static Optional<Appli> of(long code) {
    return Arrays.stream(values()).filter(appli -> appli.code == code).findFirst();
  }

  /** Whether a subscription with these scopes is refused. */
  boolean refusedTo(Grants.Permission caller) {
    return !scope.equals(Scopes.SLEEP_EVENTS) && !caller.scopes().contains(scope);
  }

  /** Whether a subscription with these scopes ever receives a notification. */
  boolean deliveredTo(Grants.Permission caller) {
    return caller.scopes().contains(scope);
  }
}
