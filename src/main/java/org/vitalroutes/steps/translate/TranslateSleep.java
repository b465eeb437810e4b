package org.vitalroutes.steps.translate;

import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.SleepTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.SleepPhases;
import org.vitalroutes.withings.VendorDetail;

/** Translates sleep. */
@Component
final class TranslateSleep {

  private final SleepTranslator translator;
  private final SkippedRows rows;

  TranslateSleep(SleepTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  /** Observations of nights. */
  TranslatedPage nights(VendorReply reply) {
    RowPage<Night> page = Night.page(reply.body(), reply.zone());
    return rows.counted(
        reply,
        page,
        translator.translate(page, SkippedRows.subject(reply.fetch()), reply.fetch().begun()));
  }

  /** An Observation of the stages of a night. */
  TranslatedPage stages(VendorDetail detail) {
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
