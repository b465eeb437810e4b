package org.vitalroutes.steps.translate;

import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.ActivityTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.VendorDetail;

/** Translates activity. */
@Component
final class TranslateActivity {

  private final ActivityTranslator translator;
  private final SkippedRows rows;

  TranslateActivity(ActivityTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  /** Observations of days; a day that was open when it was fetched is preliminary. */
  TranslatedPage days(VendorReply reply) {
    RowPage<ActivityDay> page = ActivityDay.page(reply.body());
    FetchRequest fetch = reply.fetch();
    return rows.counted(
        reply,
        page,
        translator.translate(
            page,
            SkippedRows.subject(reply.fetch()),
            fetch.request().account().externalUserId(),
            fetch.begun()));
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
            fetch.request().account().externalUserId(),
            fetch.begun()));
  }
}
