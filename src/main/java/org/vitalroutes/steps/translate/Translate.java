package org.vitalroutes.steps.translate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.ZoneId;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Skipped;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.store.AccountZones;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.VendorDetail;

/** Translates pages and details, and counts what is skipped by reason and by type or field. */
@Component
final class Translate {

  private final Mapping mapping;
  private final AccountZones zones;
  private final MeterRegistry meters;

  Translate(Mapping mapping, AccountZones zones, MeterRegistry meters) {
    this.mapping = mapping;
    this.zones = zones;
    this.meters = meters;
  }

  /** The resources of a page. Its time zone stands in for one that this JVM does not know. */
  TranslatedPage page(VendorReply reply) {
    Translators.Page page = mapping.translators().page(reply);
    FetchRequest fetch = reply.fetch();
    ZoneId zone = page.zone();
    if (zone != null && !zone.equals(reply.zone())) {
      zones.record(fetch.request().account().id(), zone);
    }
    count(fetch, page.translation());
    return new TranslatedPage(fetch, page.nextOffset(), page.translation());
  }

  /** The resources of the details of a row. */
  TranslatedPage detail(VendorDetail detail) {
    FetchRequest fetch = detail.call().fetch();
    Translation translation = mapping.translators().detail(detail);
    count(fetch, translation);
    return new TranslatedPage(fetch, null, translation);
  }

  private void count(FetchRequest fetch, Translation translation) {
    DataKind kind = fetch.request().kind();
    for (Skipped skipped : translation.skipped()) {
      (kind == DataKind.MEASURES ? ofMeasures(skipped) : ofRows(kind, skipped))
          .increment(skipped.count());
    }
  }

  private Counter ofRows(DataKind kind, Skipped skipped) {
    return meters.counter(
        "vitalroutes.rows.skipped",
        "kind",
        kind.code(),
        "reason",
        skipped.reason().code(),
        "field",
        Objects.requireNonNullElse(skipped.path(), "none"));
  }

  private Counter ofMeasures(Skipped skipped) {
    return meters.counter(
        "vitalroutes.measures.skipped",
        "reason",
        skipped.reason().code(),
        "type",
        typeLabel(skipped),
        "field",
        Objects.requireNonNullElse(skipped.field(), "none"));
  }

  /** Withings has few type numbers; labels of any number would grow without bound. */
  private static String typeLabel(Skipped skipped) {
    Integer type = skipped.type();
    return type == null ? "none" : type >= 0 && type < 400 ? type.toString() : "other";
  }
}
