package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.EcgTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.RowPage;

/** Electrocardiograms, and what was taken with them, become Observations. */
@Component
final class TranslateEcg {

  private final EcgTranslator translator;
  private final SkippedRows rows;

  TranslateEcg(EcgTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  @Handler
  TranslatedPage translate(VendorReply reply) {
    RowPage<HeartRecording> page = HeartRecording.page(reply.body());
    return rows.counted(
        reply, page, translator.translate(page, SkippedRows.subject(reply.fetch())));
  }
}
