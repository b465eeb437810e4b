package org.vitalroutes.steps.translate;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Devices;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.SecurityLabels;
import org.vitalroutes.fhir.translate.Skipped;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.MeasurePage;

/** Translates measures. */
@Component
final class TranslateMeasures {

  private final MeasureTranslator translator;
  private final Devices devices;
  private final SecurityLabels labels;
  private final RecordZone zones;
  private final MeterRegistry meters;

  TranslateMeasures(
      MeasureTranslator translator,
      Devices devices,
      SecurityLabels labels,
      RecordZone zones,
      MeterRegistry meters) {
    this.translator = translator;
    this.devices = devices;
    this.labels = labels;
    this.zones = zones;
    this.meters = meters;
  }

  /** Observations of measures; skipped measures are counted by reason and type. */
  TranslatedPage measures(VendorReply reply) {
    MeasurePage page = MeasurePage.of(reply.body(), reply.zone());
    Subject subject = Subject.of(reply.fetch().request().account());
    Translation translation =
        translator.translate(page, subject, reply.fetch().begun(), reply.devices());
    translation.skipped().forEach(this::count);
    zones.record(reply, page.seenZone());
    return new TranslatedPage(
        reply.fetch(),
        page.nextOffset(),
        labels.label(devices.asListed(translation, subject, reply.devices())));
  }

  private void count(Skipped skipped) {
    meters
        .counter(
            "vitalroutes.measures.skipped",
            "reason",
            skipped.reason().code(),
            "type",
            typeLabel(skipped),
            "field",
            skipped.field() == null ? "none" : skipped.field())
        .increment(skipped.count());
  }

  /** Withings has few type numbers; labels of any number would grow without bound. */
  private static String typeLabel(Skipped skipped) {
    Integer type = skipped.type();
    return type == null ? "none" : type >= 0 && type < 400 ? type.toString() : "other";
  }
}
