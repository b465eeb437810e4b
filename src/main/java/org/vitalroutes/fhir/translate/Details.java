package org.vitalroutes.fhir.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.Night;

/** What the rows of a page do not tell, and the calls that do. */
public final class Details {
  private final ActivityTranslator activity;
  private final SleepTranslator sleep;
  private final EcgTranslator ecg;

  public Details(ActivityTranslator activity, SleepTranslator sleep, EcgTranslator ecg) {
    this.activity = activity;
    this.sleep = sleep;
    this.ecg = ecg;
  }

  /** The calls for all rows that have details. */
  public List<DetailCall> of(VendorReply page) {
    FetchRequest fetch = page.fetch();
    JsonNode body = page.body();
    Subject subject = Subject.of(fetch.request().account());
    return switch (fetch.request().kind()) {
      case SLEEP -> sleep.details(fetch, Night.page(body, page.zone()), subject);
      case ECG -> ecg.details(fetch, HeartRecording.page(body, page.zone()), subject);
      case ACTIVITY -> activity.details(fetch, ActivityDay.page(body, page.zone()), subject);
      case MEASURES, WORKOUTS -> List.of();
    };
  }

  /**
   * Those of them that have to be made: of rows that are new, or became something else.
   *
   * @param delivered row hashes of what was delivered with its details, by key
   */
  public static List<DetailCall> missing(List<DetailCall> calls, Map<String, String> delivered) {
    return calls.stream()
        .filter(call -> !call.rowHash().equals(delivered.get(call.key())))
        .toList();
  }
}
