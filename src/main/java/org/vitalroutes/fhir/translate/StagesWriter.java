package org.vitalroutes.fhir.translate;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Period;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.withings.SleepPhases;

/**
 * Makes the Observation of a night's stages: a component for each, with the time it took, and one
 * for each series that was measured meanwhile (docs/decisions/0006).
 */
final class StagesWriter {
  private final FieldTable table;
  private final Identifiers identifiers;
  private final Answers states;
  private final SummaryWriter writer;

  StagesWriter(FieldTable table, Identifiers identifiers, Devices devices) {
    this.table = table;
    this.identifiers = identifiers;
    states = Objects.requireNonNull(table.answers(), "stages have states");
    writer = new SummaryWriter(table, identifiers, devices);
  }

  /** Empty when nothing is known of the night. */
  Optional<Observation> observation(
      String key, SummaryWriter.Row row, SleepPhases phases, Tally tally) {
    tally.add(phases.oddities());
    Definition definition = table.observations().get(0);
    Observation observation = writer.empty(key, definition, row);
    for (SleepPhases.Phase phase : phases.phases()) {
      String display = states.displays().get(phase.state());
      if (display == null) {
        tally.addField(SkipReason.UNKNOWN_VALUE, "state");
      } else {
        observation
            .addComponent()
            .setCode(
                new CodeableConcept(
                    new Coding(
                        identifiers.codeSystem(states.name()),
                        Integer.toString(phase.state()),
                        display)))
            .setValue(
                new Period()
                    .setStartElement(ZonedTime.dateTime(phase.start(), row.zone()))
                    .setEndElement(ZonedTime.dateTime(phase.end(), row.zone())));
      }
    }
    for (String field : definition.components()) {
      SeriesWriter.of(
              table.field(field),
              phases.series().getOrDefault(field, Collections.emptySortedMap()),
              row.start(),
              tally)
          .ifPresent(
              series ->
                  observation.addComponent().setCode(writer.code(field, row)).setValue(series));
    }
    return observation.hasComponent() ? Optional.of(observation) : Optional.empty();
  }
}
