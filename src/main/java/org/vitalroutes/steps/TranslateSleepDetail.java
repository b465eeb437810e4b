package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.SleepTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.SleepPhases;
import org.vitalroutes.withings.VendorDetail;

/** The stages of a night become an Observation. */
@Component
final class TranslateSleepDetail {

  private final SleepTranslator translator;
  private final SkippedRows rows;

  TranslateSleepDetail(SleepTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  @Handler
  TranslatedPage translate(VendorDetail detail) {
    DetailCall call = detail.call();
    Night night = (Night) call.row();
    return rows.counted(
        call,
        translator.translate(
            night,
            SleepPhases.of(night, detail.bodies()),
            call.rowHash(),
            SkippedRows.subject(call.fetch())));
  }
}
