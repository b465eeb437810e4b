package org.vitalroutes.withings;

import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.SyncRequest;

/**
 * {@code getmeas}: real measures (not objectives) of a window, or changed since a moment.
 *
 * @see <a
 *     href="https://developer.withings.com/api-reference/#operation/measure-getmeas">getmeas</a>
 */
public final class MeasureCall {

  private MeasureCall() {}

  /** The call for a page. Dates and {@code lastupdate} are never mixed. */
  public static WithingsCall of(FetchRequest fetch) {
    SyncRequest request = fetch.request();
    WithingsCall call = WithingsCall.of("/measure", "getmeas").with("category", "1");
    if (request.window() != null) {
      call =
          call.with("startdate", seconds(request.window().from().getEpochSecond()))
              .with("enddate", seconds(request.window().to().getEpochSecond()));
    } else if (request.since() != null) {
      call = call.with("lastupdate", seconds(request.since().getEpochSecond()));
    }
    return fetch.offset() == null ? call : call.with("offset", seconds(fetch.offset()));
  }

  private static String seconds(long value) {
    return Long.toString(value);
  }
}
