package org.vitalroutes.fhir.translate;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.HeartSignal;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.SleepPhases;
import org.vitalroutes.withings.Workout;

/** Translates bodies of replies as the steps do. */
final class RowsOf {
  static final Instant LATER = Instant.parse("2026-01-01T00:00:00Z");
  static final String ROW_HASH = "0".repeat(64);
  static final FetchRequest FIRST_PAGE =
      FetchRequest.first(
          new SyncRequest(
              7,
              3,
              0,
              new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "example-patient"),
              DataKind.ECG,
              Priority.LIVE,
              null,
              Instant.EPOCH,
              1,
              new UUID(0, 2),
              "the-correlation",
              Instant.EPOCH),
          Instant.parse("2024-04-02T10:00:00Z"));
  static final Subject PATIENT = new Subject("Patient/example-patient", "4711");
  private static final MappingTables TABLES = MappingTables.standard();
  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

  private RowsOf() {}

  static Translation activity(String body) {
    return activity(tree(body), LATER, ForeignData.SKIP);
  }

  static Translation activity(JsonNode body, Instant asOf, ForeignData policy) {
    return activity(policy).translate(ActivityDay.page(body), PATIENT, asOf);
  }

  /** What happened within the first day of a page. */
  static Translation intraday(JsonNode days, Instant asOf, JsonNode... moments) {
    ActivityDay day = ActivityDay.page(days).rows().get(0);
    return activity(ForeignData.SKIP)
        .translate(day, Intraday.of(day, List.of(moments)), ROW_HASH, PATIENT, asOf);
  }

  /** The same, each heart rate as an Observation of its own too. */
  static Translation intradayWithHeartRates(JsonNode days, JsonNode... moments) {
    ActivityDay day = ActivityDay.page(days).rows().get(0);
    return new ActivityTranslator(
            TABLES.activity(),
            TABLES.intraday(),
            IDENTIFIERS,
            ForeignData.SKIP,
            Period.ofDays(7),
            true)
        .translate(day, Intraday.of(day, List.of(moments)), ROW_HASH, PATIENT, LATER);
  }

  static ActivityTranslator activity(ForeignData policy) {
    return new ActivityTranslator(
        TABLES.activity(), TABLES.intraday(), IDENTIFIERS, policy, Period.ofDays(7), false);
  }

  static Translation workouts(JsonNode body) {
    return workouts(body, AmbiguousOwner.SKIP);
  }

  static Translation workouts(JsonNode body, AmbiguousOwner policy) {
    return workouts(body, policy, ForeignData.SKIP);
  }

  static Translation workouts(JsonNode body, AmbiguousOwner policy, ForeignData foreign) {
    return new WorkoutTranslator(TABLES.workouts(), IDENTIFIERS, policy, foreign)
        .translate(Workout.page(body), PATIENT, LATER);
  }

  static Translation sleep(JsonNode body) {
    Translation nights = sleep().translate(Night.page(body), PATIENT, LATER);
    return nights.producing(new Naps(IDENTIFIERS).mark(nights.produced(), List.of()));
  }

  /** The stages of the first night of a page. */
  static Translation stages(JsonNode nights, JsonNode... phases) {
    Night night = Night.page(nights).rows().get(0);
    return sleep().translate(night, SleepPhases.of(night, List.of(phases)), ROW_HASH, PATIENT);
  }

  static SleepTranslator sleep() {
    return new SleepTranslator(
        TABLES.sleep(), TABLES.sleepStages(), IDENTIFIERS, ForeignData.SKIP, Period.ofDays(30));
  }

  static EcgTranslator ecg(boolean waveform) {
    return new EcgTranslator(TABLES.measures(), IDENTIFIERS, ForeignData.SKIP, waveform);
  }

  static Translation ecg(JsonNode body, Map<String, String> signals) {
    RowPage<HeartRecording> page = HeartRecording.page(body);
    Translation rows = ecg(true).translate(page, PATIENT, LATER);
    List<Produced> produced = new ArrayList<>(rows.produced());
    List<Skipped> skipped = new ArrayList<>(rows.skipped());
    for (DetailCall call : ecg(true).details(FIRST_PAGE, page, PATIENT)) {
      String id = call.calls().get(0).fields().getOrDefault("signalid", "");
      Translation detail =
          ecg(true)
              .translate(
                  (HeartRecording) call.row(),
                  HeartSignal.of(tree(signals.getOrDefault(id, "{\"signal\": []}"))).orElse(null),
                  call.rowHash(),
                  PATIENT);
      produced.addAll(detail.produced());
      skipped.addAll(detail.skipped());
    }
    return new Translation(produced, skipped, rows.rows(), rows.takenBack(), rows.isIncomplete());
  }

  static Observation observation(Translation translation, String key) {
    return translation.produced().stream()
        .filter(produced -> produced.key().equals(key))
        .map(produced -> (Observation) produced.resource())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + key + " in " + keys(translation)));
  }

  static List<String> keys(Translation translation) {
    return translation.produced().stream().map(Produced::key).toList();
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode resource(String name) {
    try (InputStream in = RowsOf.class.getResourceAsStream("/org/vitalroutes/fhir/" + name)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
