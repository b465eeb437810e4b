package org.vitalroutes.steps.translate;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Devices;
import org.vitalroutes.fhir.translate.SecurityLabels;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.RowPage;

/** What all translations of rows need: the subject, and a count of the rows that are skipped. */
@Component
final class SkippedRows {

  private final Devices devices;
  private final SecurityLabels labels;
  private final RecordZone zones;
  private final MeterRegistry meters;

  SkippedRows(Devices devices, SecurityLabels labels, RecordZone zones, MeterRegistry meters) {
    this.devices = devices;
    this.labels = labels;
    this.zones = zones;
    this.meters = meters;
  }

  static Subject subject(FetchRequest fetch) {
    return Subject.of(fetch.request().account());
  }

  /** The translated page of a reply; its skipped rows are counted by reason. */
  TranslatedPage counted(VendorReply reply, RowPage<?> page, Translation translation) {
    zones.record(reply, page.zone());
    return counted(
        reply.fetch(),
        page.nextOffset(),
        devices.asListed(translation, subject(reply.fetch()), reply.devices()));
  }

  /** The translated page of the details of a row. */
  TranslatedPage counted(DetailCall call, Translation translation) {
    return counted(call.fetch(), null, translation);
  }

  private TranslatedPage counted(FetchRequest fetch, @Nullable Long next, Translation translation) {
    String kind = fetch.request().kind().code();
    translation
        .skipped()
        .forEach(
            skipped ->
                meters
                    .counter(
                        "vitalroutes.rows.skipped",
                        "kind",
                        kind,
                        "reason",
                        skipped.reason().code(),
                        "field",
                        skipped.path() == null ? "none" : skipped.path())
                    .increment(skipped.count()));
    return new TranslatedPage(fetch, next, labels.label(translation));
  }
}
