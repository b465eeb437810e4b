package org.vitalroutes.steps.translate;

import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.ActivityTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.WorkoutTranslator;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.VendorDetail;
import org.vitalroutes.withings.Workout;

/** Translates activity, of which workouts are a part. */
@Component
final class TranslateActivity {

  private final ActivityTranslator translator;
  private final WorkoutTranslator workouts;
  private final SkippedRows rows;

  TranslateActivity(ActivityTranslator translator, WorkoutTranslator workouts, SkippedRows rows) {
    this.translator = translator;
    this.workouts = workouts;
    this.rows = rows;
  }

  /** Observations of days; a day that was open when it was fetched is preliminary. */
  TranslatedPage days(VendorReply reply) {
    RowPage<ActivityDay> page = ActivityDay.page(reply.body(), reply.zone());
    FetchRequest fetch = reply.fetch();
    return rows.counted(
        reply, page, translator.translate(page, SkippedRows.subject(fetch), fetch.begun()));
  }

  /** An Observation of what happened within a day. */
  TranslatedPage withinDay(VendorDetail detail) {
    DetailCall call = detail.call();
    FetchRequest fetch = call.fetch();
    ActivityDay day = (ActivityDay) call.row();
    return rows.counted(
        call,
        translator.translate(
            day,
            Intraday.of(day, detail.bodies()),
            call.rowHash(),
            SkippedRows.subject(fetch),
            fetch.begun()));
  }

  /** Observations of workouts. */
  TranslatedPage workouts(VendorReply reply) {
    RowPage<Workout> page = Workout.page(reply.body(), reply.zone());
    return rows.counted(
        reply,
        page,
        workouts.translate(page, SkippedRows.subject(reply.fetch()), reply.fetch().begun()));
  }
}
