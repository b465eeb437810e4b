package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Devices;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.Skipped;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.MeasurePage;

/** Measures become Observations; what is left out is counted by reason. */
@Component
final class TranslateMeasures {

  private final MeasureTranslator translator;
  private final Devices devices;
  private final MeterRegistry meters;

  TranslateMeasures(MeasureTranslator translator, Devices devices, MeterRegistry meters) {
    this.translator = translator;
    this.devices = devices;
    this.meters = meters;
  }

  @Handler
  TranslatedPage translate(VendorReply reply) {
    MeasurePage page = MeasurePage.of(reply.body());
    String patient = reply.fetch().request().account().patientReference();
    Translation translation = translator.translate(page, new Subject(patient));
    translation.skipped().forEach(this::count);
    return new TranslatedPage(
        reply.fetch(), page.nextOffset(), devices.asListed(translation, reply.devices()));
  }

  private void count(Skipped skipped) {
    meters
        .counter(
            "vitalroutes.measures.skipped",
            "reason",
            skipped.reason().code(),
            "type",
            typeLabel(skipped))
        .increment(skipped.count());
  }

  /** Type numbers are Withings' words and few; anything else would grow without bound. */
  private static String typeLabel(Skipped skipped) {
    Integer type = skipped.type();
    return type == null ? "none" : type >= 0 && type < 400 ? type.toString() : "other";
  }
}
