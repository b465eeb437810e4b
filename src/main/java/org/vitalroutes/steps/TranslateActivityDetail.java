package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.ActivityTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.VendorDetail;

/** What happened within a day becomes an Observation. */
@Component
final class TranslateActivityDetail {

  private final ActivityTranslator translator;
  private final SkippedRows rows;

  TranslateActivityDetail(ActivityTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  @Handler
  TranslatedPage translate(VendorDetail detail) {
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
