package org.vitalroutes.steps.translate;

import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.EcgTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.HeartSignal;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.VendorDetail;

/** Translates electrocardiograms. */
@Component
final class TranslateEcg {

  private final EcgTranslator translator;
  private final SkippedRows rows;

  TranslateEcg(EcgTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  /** Observations of recordings and of the blood pressures taken with them. */
  TranslatedPage recordings(VendorReply reply) {
    RowPage<HeartRecording> page = HeartRecording.page(reply.body(), reply.zone());
    return rows.counted(
        reply,
        page,
        translator.translate(page, SkippedRows.subject(reply.fetch()), reply.fetch().begun()));
  }

  /** An Observation of a recording with its curve. */
  TranslatedPage curve(VendorDetail detail) {
    DetailCall call = detail.call();
    return rows.counted(
        call,
        translator.translate(
            (HeartRecording) call.row(),
            HeartSignal.of(detail.bodies()).orElse(null),
            call.rowHash(),
            SkippedRows.subject(call.fetch())));
  }
}
