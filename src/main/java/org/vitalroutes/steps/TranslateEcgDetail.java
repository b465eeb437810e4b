package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.EcgTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.HeartSignal;
import org.vitalroutes.withings.VendorDetail;

/** An electrocardiogram becomes an Observation with its curve. */
@Component
final class TranslateEcgDetail {

  private final EcgTranslator translator;
  private final SkippedRows rows;

  TranslateEcgDetail(EcgTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  @Handler
  TranslatedPage translate(VendorDetail detail) {
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
