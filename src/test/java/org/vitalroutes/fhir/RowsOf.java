package org.vitalroutes.fhir;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.HeartSignal;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.Workout;

/** Translates bodies of replies as the steps do. */
final class RowsOf {
  static final Instant LATER = Instant.parse("2026-01-01T00:00:00Z");
  static final Subject PATIENT = new Subject("Patient/example-patient");
  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

  private RowsOf() {}

  static Translation activity(String body) {
    return activity(tree(body), LATER, ForeignActivity.SKIP);
  }

  static Translation activity(JsonNode body, Instant asOf, ForeignActivity policy) {
    return new ActivityTranslator(FieldTable.activity(), IDENTIFIERS, policy)
        .translate(ActivityDay.page(body), PATIENT, "4711", asOf);
  }

  static Translation workouts(JsonNode body) {
    return workouts(body, AmbiguousOwner.SKIP);
  }

  static Translation workouts(JsonNode body, AmbiguousOwner policy) {
    return new WorkoutTranslator(FieldTable.workouts(), IDENTIFIERS, policy)
        .translate(Workout.page(body), PATIENT);
  }

  static Translation sleep(JsonNode body) {
    return new SleepTranslator(FieldTable.sleep(), IDENTIFIERS)
        .translate(Night.page(body), PATIENT);
  }

  static Translation ecg(JsonNode body, Map<String, String> signals) {
    Map<String, HeartSignal> read = new HashMap<>();
    signals.forEach((id, json) -> HeartSignal.of(tree(json)).ifPresent(s -> read.put(id, s)));
    return new EcgTranslator(MeasureTable.standard(), IDENTIFIERS)
        .translate(HeartRecording.page(body), read, PATIENT);
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
