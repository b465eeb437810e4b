package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.ActivityTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.RowPage;

/** Days of activity become Observations; a day that was open when it was fetched is preliminary. */
@Component
final class TranslateActivity {

  private final ActivityTranslator translator;
  private final SkippedRows rows;

  TranslateActivity(ActivityTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  @Handler
  TranslatedPage translate(VendorReply reply) {
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
}
