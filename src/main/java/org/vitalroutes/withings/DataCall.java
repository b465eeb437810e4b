package org.vitalroutes.withings;

import static java.time.ZoneOffset.UTC;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/**
 * The call that gets a page of a kind of data: of a window, or of what changed since a moment. A
 * call may answer more than the window, and never less: what is missing is taken for removed.
 */
public final class DataCall {

  /**
   * A day that was open when it was last seen is not changed by its end, so a poll looks as far
   * back as a day may be old when it closes, and one more.
   */
  private static final Duration DAYS_THAT_CLOSED = Duration.ofDays(2);

  /** {@code heart list} knows no lastupdate; a watch may bring a recording days after it. */
  private static final Duration LATE_RECORDINGS = Duration.ofDays(7);

  private static final Map<DataKind, Function<FetchRequest, WithingsCall>> CALLS =
      new EnumMap<>(
          Map.of(
              DataKind.MEASURES, DataCall::measures,
              DataKind.ACTIVITY, DataCall::activity,
              DataKind.WORKOUTS, DataCall::workouts,
              DataKind.SLEEP, DataCall::sleep,
              DataKind.ECG, DataCall::recordings));

  private DataCall() {}

  /** The call for a page. Dates and {@code lastupdate} are never mixed. */
  public static WithingsCall of(FetchRequest fetch) {
    WithingsCall call =
        Objects.requireNonNull(CALLS.get(fetch.request().kind()), "every kind has its call")
            .apply(fetch);
    return fetch.offset() == null ? call : call.with("offset", text(fetch.offset()));
  }

  /** Real measures, not objectives. */
  private static WithingsCall measures(FetchRequest fetch) {
    WithingsCall call = WithingsCall.of("/measure", "getmeas").with("category", "1");
    return bySeconds(call, fetch.request(), Duration.ZERO);
  }

  /** A day begins somewhere between the noons around its midnight in UTC. */
  private static WithingsCall activity(FetchRequest fetch) {
    WithingsCall call = WithingsCall.of("/v2/measure", "getactivity");
    return byDays(call, fetch.request(), ActivityDay.FIELDS, 1, DAYS_THAT_CLOSED);
  }

  /** Whether a workout over midnight has the date of its beginning or its end is not said. */
  private static WithingsCall workouts(FetchRequest fetch) {
    WithingsCall call = WithingsCall.of("/v2/measure", "getworkouts");
    return byDays(call, fetch.request(), Workout.FIELDS, 2, Duration.ZERO);
  }

  /** A night has the date of its end. */
  private static WithingsCall sleep(FetchRequest fetch) {
    WithingsCall call = WithingsCall.of("/v2/sleep", "getsummary");
    return byDays(call, fetch.request(), Night.ASKED, 2, Duration.ZERO);
  }

  private static WithingsCall recordings(FetchRequest fetch) {
    SyncRequest request = fetch.request();
    WithingsCall call = WithingsCall.of("/v2/heart", "list");
    Instant since = request.since();
    return since == null
        ? bySeconds(call, request, Duration.ZERO)
        : call.with("startdate", text(since.minus(LATE_RECORDINGS).getEpochSecond()));
  }

  private static WithingsCall bySeconds(WithingsCall call, SyncRequest request, Duration overlap) {
    Window window = request.window();
    return window == null
        ? since(call, request, overlap)
        : call.with("startdate", text(window.from().getEpochSecond()))
            .with("enddate", text(window.to().getEpochSecond()));
  }

  /**
   * By local days. The time zone of a row is not known before it is here, so the days are those
   * that the window touches in any zone.
   */
  private static WithingsCall byDays(
      WithingsCall call,
      SyncRequest request,
      List<String> fields,
      int daysAfter,
      Duration overlap) {
    WithingsCall asking = call.with("data_fields", String.join(",", fields));
    Window window = request.window();
    return window == null
        ? since(asking, request, overlap)
        : asking
            .with("startdateymd", LocalDate.ofInstant(window.from(), UTC).minusDays(1).toString())
            .with(
                "enddateymd", LocalDate.ofInstant(window.to(), UTC).plusDays(daysAfter).toString());
  }

  private static WithingsCall since(WithingsCall call, SyncRequest request, Duration overlap) {
    Instant since = Objects.requireNonNull(request.since(), "a request has a window or a since");
    return call.with("lastupdate", text(since.minus(overlap).getEpochSecond()));
  }

  private static String text(long value) {
    return Long.toString(value);
  }
}
