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
 * The call that fetches a page of a data kind: a window, or the changes since an instant. A call
 * may return more than the window but never less, because a row that is missing counts as removed.
 */
public final class DataCall {

  /**
   * The end of a day does not change its row, so a poll reaches back as far as a day may be old
   * when it closes, and one day more.
   */
  private static final Duration DAYS_THAT_CLOSED = Duration.ofDays(2);

  /** {@code heart list} has no {@code lastupdate}; a watch may upload a recording days later. */
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

  /** The call for a page. Withings accepts either dates or {@code lastupdate}, not both. */
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

  /** A local day begins at most 12 to 14 hours from midnight UTC, so one day more is requested. */
  private static WithingsCall activity(FetchRequest fetch) {
    WithingsCall call = WithingsCall.of("/v2/measure", "getactivity");
    return byDays(call, fetch.request(), ActivityDay.FIELDS, 1, DAYS_THAT_CLOSED);
  }

  /**
   * Withings does not document whether it dates a workout over midnight by its start or its end.
   */
  private static WithingsCall workouts(FetchRequest fetch) {
    WithingsCall call = WithingsCall.of("/v2/measure", "getworkouts");
    return byDays(call, fetch.request(), Workout.FIELDS, 2, Duration.ZERO);
  }

  /** Withings dates a night by its end. */
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
   * A request by local days. The time zone of a row is unknown until it arrives, so the request
   * covers the days that the window touches in any zone.
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
