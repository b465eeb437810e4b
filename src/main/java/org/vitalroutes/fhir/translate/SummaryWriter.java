package org.vitalroutes.fhir.translate;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.DataType;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Period;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.Reference;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Coded;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.table.ObservationCategory;
import org.vitalroutes.fhir.table.VitalProfile;
import org.vitalroutes.withings.RowDevice;

/** Makes Observations over a period of a row's fields, as a table says. */
final class SummaryWriter {
  private static final String UCUM = "http://unitsofmeasure.org";

  private final FieldTable table;
  private final Identifiers identifiers;
  private final Devices devices;

  SummaryWriter(FieldTable table, Identifiers identifiers, Devices devices) {
    this.table = table;
    this.identifiers = identifiers;
    this.devices = devices;
  }

  /**
   * The common data of all Observations of a row.
   *
   * @param closed whether it is over, so that nothing more can come
   * @param end last second
   * @param values by field, in Withings' units
   */
  record Row(
      Subject subject,
      boolean closed,
      ZoneId zone,
      Instant start,
      Instant end,
      @Nullable Instant issued,
      RowDevice device,
      Map<String, BigDecimal> values) {}

  /** The Observation of a definition; empty when the row has none of its fields. */
  Optional<Observation> observation(String key, Definition definition, Row row, Tally tally) {
    if (definition.needs().stream().noneMatch(field -> has(field, row))) {
      countLeftOut(definition, row, tally);
      return Optional.empty();
    }
    Observation observation = empty(key, definition, row);
    boolean worth = false;
    for (String name : definition.value()) {
      Quantity value = observation.hasValue() ? null : quantity(name, row, tally);
      if (value != null) {
        observation.setValue(value);
        worth = true;
      }
    }
    for (String name : definition.components()) {
      Quantity value = quantity(name, row, tally);
      if (value != null) {
        observation.addComponent().setCode(code(name, row)).setValue(value);
        worth = true;
      }
    }
    return worth ? Optional.of(observation) : Optional.empty();
  }

  /**
   * Without its required fields there is no Observation, so the other fields are counted as left
   * out.
   */
  private void countLeftOut(Definition definition, Row row, Tally tally) {
    Stream.concat(definition.value().stream(), definition.components().stream())
        .filter(field -> has(field, row))
        .forEach(field -> tally.addField(SkipReason.MISSING_FIELD, field));
  }

  /** An Observation without values. */
  Observation empty(String key, Definition definition, Row row) {
    return common(key, row)
        .setStatus(row.closed() ? ObservationStatus.FINAL : ObservationStatus.PRELIMINARY)
        .addCategory(definition.category().concept())
        .setCode(concept(codings(definition, row), row.closed()).setText(definition.text()))
        .setEffective(period(row.start(), row.end(), row.zone()));
  }

  /** A single reading of a row's field, coded as its profile wants. */
  Observation reading(
      String key, VitalProfile profile, Field field, BigDecimal value, Instant at, Row row) {
    Observation reading =
        common(key, row)
            .setStatus(ObservationStatus.FINAL)
            .addCategory(ObservationCategory.VITAL_SIGNS.concept())
            .setCode(
                concept(
                    field.codings().stream().filter(code -> !code.local()).toList(), row.closed()))
            .setEffective(ZonedTime.dateTime(at, row.zone()))
            .setValue(quantity(field, value));
    reading.getMeta().addProfile(profile.url());
    return reading;
  }

  private Observation common(String key, Row row) {
    Observation observation = new Observation();
    observation.setId(identifiers.id(row.subject().patientId(), key));
    observation.addIdentifier(identifiers.observation(key));
    identifiers.record(key).ifPresent(observation::addIdentifier);
    observation.setSubject(patient(row.subject()));
    if (row.issued() != null) {
      observation.setIssuedElement(ZonedTime.instant(row.issued()));
    }
    observation.addPerformer(patient(row.subject()));
    devices.reference(row.subject(), row.device()).ifPresent(observation::setDevice);
    return observation;
  }

  static Period period(Instant start, Instant end, ZoneId zone) {
    return new Period()
        .setStartElement(ZonedTime.dateTime(start, zone))
        .setEndElement(ZonedTime.dateTime(end, zone));
  }

  private CodeableConcept code(String field, Row row) {
    return concept(table.field(field).codings(), row.closed());
  }

  /** Adds a component for each series that was measured of the Observation's fields. */
  void addSeries(
      Observation observation,
      Definition definition,
      Map<String, SortedMap<Instant, BigDecimal>> series,
      Row row,
      Tally tally) {
    for (String field : definition.components()) {
      SeriesWriter.of(
              table.field(field),
              series.getOrDefault(field, Collections.emptySortedMap()),
              row.start(),
              tally)
          .ifPresent(
              values -> observation.addComponent().setCode(code(field, row)).setValue(values));
    }
  }

  /** Adds a component coded by a number of the table's answers; an unknown one is counted. */
  void addAnswer(Observation observation, int number, DataType value, String field, Tally tally) {
    Answers answers = Objects.requireNonNull(table.answers(), "the table has answers");
    String display = answers.displays().get(number);
    if (display == null) {
      tally.addField(SkipReason.UNKNOWN_VALUE, field);
      return;
    }
    Coding coding =
        new Coding(identifiers.codeSystem(answers.name()), Integer.toString(number), display);
    observation.addComponent().setCode(new CodeableConcept(coding)).setValue(value);
  }

  /** Without codings of its own an Observation has those of the field that is its value. */
  private List<Coded> codings(Definition definition, Row row) {
    if (!definition.codings().isEmpty()) {
      return definition.codings();
    }
    String value =
        definition.value().stream()
            .filter(field -> has(field, row) && plausible(field, row).isPresent())
            .findFirst()
            .orElse(definition.value().get(0));
    return table.field(value).codings();
  }

  /** The value of a field; null when absent, or when implausible, which is counted. */
  private @Nullable Quantity quantity(String name, Row row, Tally tally) {
    if (!has(name, row)) {
      return null;
    }
    Field field = table.field(name);
    Optional<BigDecimal> value = plausible(name, row);
    if (value.isEmpty()) {
      tally.addField(SkipReason.IMPLAUSIBLE, name);
      return null;
    }
    return quantity(field, value.get());
  }

  private static Quantity quantity(Field field, BigDecimal value) {
    return new Quantity()
        .setValue(value)
        .setUnit(field.unit().printed())
        .setSystem(UCUM)
        .setCode(field.unit().code());
  }

  private Optional<BigDecimal> plausible(String name, Row row) {
    return table.field(name).value(row.values().getOrDefault(name, BigDecimal.ZERO));
  }

  private boolean has(String name, Row row) {
    return !table.field(name).isAbsent(row.values().get(name));
  }

  private CodeableConcept concept(List<Coded> codings, boolean closed) {
    CodeableConcept concept = new CodeableConcept();
    for (Coded code : codings) {
      if (closed || !code.closed()) {
        String system = code.local() ? identifiers.codeSystem(table.system()) : Loinc.SYSTEM;
        concept.addCoding(new Coding(system, code.code(), code.display()));
      }
    }
    return concept;
  }

  private static Reference patient(Subject subject) {
    return new Reference(subject.patientReference()).setType("Patient");
  }
}
