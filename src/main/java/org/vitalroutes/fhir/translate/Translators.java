package org.vitalroutes.fhir.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.HeartSignal;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.MeasurePage;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.SleepPhases;
import org.vitalroutes.withings.VendorDetail;
import org.vitalroutes.withings.Workout;

/** Translates replies of every kind, with one state of the mapping tables. */
public final class Translators {

  private final Devices devices;
  private final SecurityLabels labels;
  private final MeasureTranslator measures;
  private final ActivityTranslator activity;
  private final WorkoutTranslator workouts;
  private final SleepTranslator sleep;
  private final EcgTranslator ecg;
  private final Naps naps;

  public Translators(MappingTables tables, Options options) {
    Identifiers identifiers = new Identifiers(options.namespace());
    devices = new Devices(identifiers);
    labels = new SecurityLabels(options.securityLabels());
    naps = new Naps(identifiers);
    measures =
        new MeasureTranslator(
            tables.measures(), identifiers, options.ambiguousOwner(), options.foreignData());
    activity =
        new ActivityTranslator(
            tables.activity(),
            tables.intraday(),
            identifiers,
            options.foreignData(),
            options.intraday(),
            options.intradayHeartRates());
    workouts =
        new WorkoutTranslator(
            tables.workouts(), identifiers, options.ambiguousOwner(), options.foreignData());
    sleep =
        new SleepTranslator(
            tables.sleep(),
            tables.sleepStages(),
            identifiers,
            options.foreignData(),
            options.sleepStages());
    ecg =
        new EcgTranslator(
            tables.measures(), identifiers, options.foreignData(), options.ecgWaveform());
  }

  /**
   * The settings of the mapping.
   *
   * @param namespace base of identifier and code systems
   * @param ambiguousOwner policy for data that may be another person's
   * @param foreignData policy for data of another maker's device or app
   * @param securityLabels whether Observations say who asserted them
   * @param ecgWaveform whether the curve of an electrocardiogram is fetched
   * @param sleepStages how far back the stages of a night are fetched
   * @param intraday how far back the minutes of a day are fetched
   * @param intradayHeartRates whether each heart rate of these minutes is an Observation of its own
   */
  public record Options(
      String namespace,
      AmbiguousOwner ambiguousOwner,
      ForeignData foreignData,
      boolean securityLabels,
      boolean ecgWaveform,
      Period sleepStages,
      Period intraday,
      boolean intradayHeartRates) {

    /** The same, with the details of every row however old it is. */
    public Options withAllDetails() {
      Period ever = Period.ofYears(100);
      return new Options(
          namespace,
          ambiguousOwner,
          foreignData,
          securityLabels,
          true,
          ever,
          ever,
          intradayHeartRates);
    }
  }

  /**
   * A translated page.
   *
   * @param nextOffset of the next page; null after the last
   * @param zone the last time zone that the page names; null when it names none
   */
  public record Page(Translation translation, @Nullable Long nextOffset, @Nullable ZoneId zone) {}

  /**
   * Translates a page. What cannot be translated is counted in the translation.
   *
   * @throws org.vitalroutes.provider.ProviderUnavailableException when it has no list of the kind
   * @throws org.vitalroutes.withings.JsonFieldException when it is no object
   */
  public Page page(VendorReply reply) {
    FetchRequest fetch = reply.fetch();
    JsonNode body = reply.body();
    Subject subject = Subject.of(fetch.request().account());
    Instant asOf = fetch.begun();
    return switch (fetch.request().kind()) {
      case MEASURES -> {
        MeasurePage page = MeasurePage.of(body, reply.zone());
        yield page(
            measures.translate(page, subject, asOf, reply.devices()),
            reply,
            page.nextOffset(),
            page.seenZone());
      }
      case ACTIVITY -> {
        RowPage<ActivityDay> page = ActivityDay.page(body, reply.zone());
        yield page(activity.translate(page, subject, asOf), reply, page);
      }
      case WORKOUTS -> {
        RowPage<Workout> page = Workout.page(body, reply.zone());
        yield page(workouts.translate(page, subject, asOf), reply, page);
      }
      case SLEEP -> {
        RowPage<Night> page = Night.page(body, reply.zone());
        Translation nights = sleep.translate(page, subject, asOf);
        yield page(nights.producing(naps.mark(nights.produced(), List.of())), reply, page);
      }
      case ECG -> {
        RowPage<HeartRecording> page = HeartRecording.page(body, reply.zone());
        yield page(ecg.translate(page, subject, asOf), reply, page);
      }
    };
  }

  private Page page(Translation translation, VendorReply reply, RowPage<?> page) {
    return page(translation, reply, page.nextOffset(), page.zone());
  }

  private Page page(
      Translation translation,
      VendorReply reply,
      @Nullable Long nextOffset,
      @Nullable ZoneId zone) {
    Subject subject = Subject.of(reply.fetch().request().account());
    return new Page(
        labels.label(devices.asListed(translation, subject, reply.devices())), nextOffset, zone);
  }

  /** Translates the details of a row. */
  public Translation detail(VendorDetail detail) {
    DetailCall call = detail.call();
    List<JsonNode> bodies = detail.bodies();
    Subject subject = Subject.of(call.fetch().request().account());
    String hash = call.rowHash();
    if (call.row() instanceof ActivityDay day) {
      return labels.label(
          activity.translate(day, Intraday.of(day, bodies), hash, subject, call.fetch().begun()));
    }
    if (call.row() instanceof Night night) {
      return labels.label(sleep.translate(night, SleepPhases.of(night, bodies), hash, subject));
    }
    return labels.label(
        ecg.translate(
            (HeartRecording) call.row(), HeartSignal.of(bodies).orElse(null), hash, subject));
  }

  /** The calls for the details of all rows of a page that have any. */
  public List<DetailCall> details(VendorReply reply) {
    FetchRequest fetch = reply.fetch();
    JsonNode body = reply.body();
    Subject subject = Subject.of(fetch.request().account());
    return switch (fetch.request().kind()) {
      case SLEEP -> sleep.details(fetch, Night.page(body, reply.zone()), subject);
      case ECG -> ecg.details(fetch, HeartRecording.page(body, reply.zone()), subject);
      case ACTIVITY -> activity.details(fetch, ActivityDay.page(body, reply.zone()), subject);
      case MEASURES, WORKOUTS -> List.of();
    };
  }

  /**
   * The calls that have to be made: of rows that are new, or became something else.
   *
   * @param delivered row hashes of what was delivered with its details, by key
   */
  public static List<DetailCall> missing(List<DetailCall> calls, Map<String, String> delivered) {
    return calls.stream()
        .filter(call -> !call.rowHash().equals(delivered.get(call.key())))
        .toList();
  }
}
