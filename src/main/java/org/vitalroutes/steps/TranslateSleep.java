package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.SleepTranslator;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.RowPage;

/** Nights become Observations. */
@Component
final class TranslateSleep {

  private final SleepTranslator translator;
  private final SkippedRows rows;

  TranslateSleep(SleepTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  @Handler
  TranslatedPage translate(VendorReply reply) {
    RowPage<Night> page = Night.page(reply.body());
    return rows.counted(
        reply, page, translator.translate(page, SkippedRows.subject(reply.fetch())));
  }
}
