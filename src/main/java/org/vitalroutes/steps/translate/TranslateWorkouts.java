package org.vitalroutes.steps.translate;

import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.WorkoutTranslator;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.Workout;

/** Translates workouts. */
@Component
final class TranslateWorkouts {

  private final WorkoutTranslator translator;
  private final SkippedRows rows;

  TranslateWorkouts(WorkoutTranslator translator, SkippedRows rows) {
    this.translator = translator;
    this.rows = rows;
  }

  /** Observations of workouts. */
  TranslatedPage workouts(VendorReply reply) {
    RowPage<Workout> page = Workout.page(reply.body());
    return rows.counted(
        reply, page, translator.translate(page, SkippedRows.subject(reply.fetch())));
  }
}
