package org.vitalroutes.fhir.translate;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.withings.Attribution;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.Workout;

/** Turns a workout into an Observation, and one of its SpO2. */
public final class WorkoutTranslator {
  /** Withings' category for running, the one that LOINC has a verified answer code for. */
  private static final int RUN = 2;

  private static final Coding RUNNING = new Coding(Loinc.SYSTEM, "LA11836-6", "Running");

  private final FieldTable table;
  private final AmbiguousOwner policy;
  private final ForeignData foreignPolicy;
  private final Answers categories;
  private final Identifiers identifiers;
  private final Methods methods;
  private final Devices devices;
  private final SummaryWriter writer;

  public WorkoutTranslator(
      FieldTable table, Identifiers identifiers, AmbiguousOwner policy, ForeignData foreignPolicy) {
    this.policy = policy;
    this.foreignPolicy = foreignPolicy;
    this.table = table;
    this.identifiers = identifiers;
    categories = Objects.requireNonNull(table.answers(), "workouts have categories");
    methods = new Methods(identifiers);
    devices = new Devices(identifiers);
    writer = new SummaryWriter(table, identifiers, devices);
  }

  /**
   * Never fails for what Withings sent.
   *
   * @param asOf when it was fetched
   */
  public Translation translate(RowPage<Workout> page, Subject subject, Instant asOf) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    page.takenBack().forEach(workout -> tally.add(SkipReason.TAKEN_BACK));
    tally.add(page.oddities());
    SortedMap<String, Workout> chosen = new TreeMap<>();
    page.rows().stream()
        .sorted(comparing(Workout::modified, nullsFirst(naturalOrder())))
        .forEachOrdered(workout -> choose(workout, subject, asOf, chosen, tally));
    SortedMap<String, Produced> found = new TreeMap<>();
    chosen.forEach((key, workout) -> write(key, workout, subject, found, tally));
    return Translation.of(found, tally)
        .ofRows(
            rows(subject, page.rows()),
            rows(subject, page.takenBack()),
            !page.unreadable().isEmpty());
  }

  private static Set<String> rows(Subject subject, List<Workout> workouts) {
    return workouts.stream()
        .map(workout -> Identifiers.workoutKey(subject.userId(), workout.id()))
        .collect(Collectors.toSet());
  }

  private void choose(
      Workout workout,
      Subject subject,
      Instant asOf,
      SortedMap<String, Workout> chosen,
      Tally tally) {
    String key = Identifiers.workoutKey(subject.userId(), workout.id());
    if (policy == AmbiguousOwner.SKIP && isAmbiguous(workout)) {
      tally.add(SkipReason.AMBIGUOUS_OWNER);
    } else if (foreignPolicy == ForeignData.SKIP && workout.external()) {
      tally.add(SkipReason.FOREIGN_ORIGIN);
    } else if (!PlausibleTime.allows(workout.start(), asOf)
        || !PlausibleTime.allows(workout.end(), asOf)) {
      tally.addField(SkipReason.IMPLAUSIBLE, "startdate");
    } else if (chosen.put(key, workout) != null) {
      tally.add(SkipReason.DUPLICATE);
    }
  }

  private void write(
      String key,
      Workout workout,
      Subject subject,
      SortedMap<String, Produced> found,
      Tally tally) {
    SortedMap<String, BigDecimal> values = new TreeMap<>(workout.values());
    boolean manual = prefer(values, "manual_distance", "distance");
    manual |= prefer(values, "manual_calories", "calories");
    manual |= prefer(values, "manual_intensity", "intensity");
    boolean entered = manual;
    values.put("duration", duration(workout, values));
    SummaryWriter.Row row =
        new SummaryWriter.Row(
            subject,
            !isAmbiguous(workout),
            workout.zone(),
            workout.start(),
            workout.end(),
            Objects.requireNonNullElse(workout.modified(), workout.end()),
            workout.device(),
            values);
    for (Definition definition : table.observations()) {
      boolean whole = definition.equals(table.observations().get(0));
      String name = whole ? key : key + "-" + definition.name();
      writer
          .observation(name, definition, row, tally)
          .ifPresent(
              observation -> {
                if (whole && workout.category() != null) {
                  observation.setValue(category(workout.category()));
                }
                methods
                    .concept(workout.attribution())
                    .or(
                        () ->
                            whole && entered
                                ? Optional.of(methods.partlyEntered())
                                : Optional.empty())
                    .ifPresent(observation::setMethod);
                put(name, observation, workout, subject, found);
              });
    }
  }

  private void put(
      String key,
      Observation observation,
      Workout workout,
      Subject subject,
      SortedMap<String, Produced> found) {
    if (workout.external()) {
      observation.getMeta().addTag(Origin.external(identifiers));
    }
    found.put(
        key,
        policy == AmbiguousOwner.HOLD && isAmbiguous(workout)
            ? Produced.held(key, workout.start(), observation)
            : new Produced(key, workout.start(), observation));
    devices
        .produced(subject, workout.device(), workout.start())
        .ifPresent(device -> found.put(device.key(), device));
  }

  private static boolean isAmbiguous(Workout workout) {
    return workout.attribution().filter(Attribution.AMBIGUOUS_OWNER::equals).isPresent();
  }

  /** An entered value takes precedence over a computed one; 0 means not entered. */
  private static boolean prefer(
      SortedMap<String, BigDecimal> values, String entered, String computed) {
    BigDecimal value = values.remove(entered);
    if (value == null || value.signum() <= 0) {
      return false;
    }
    values.put(computed, value);
    return true;
  }

  /** The time that was exercised: from start to end, without the pauses. */
  private static BigDecimal duration(Workout workout, SortedMap<String, BigDecimal> values) {
    BigDecimal whole =
        BigDecimal.valueOf(Duration.between(workout.start(), workout.end()).toSeconds());
    BigDecimal pause = values.getOrDefault("pause_duration", BigDecimal.ZERO);
    boolean possible = pause.signum() > 0 && pause.compareTo(whole) <= 0;
    return possible ? whole.subtract(pause) : whole;
  }

  private CodeableConcept category(int category) {
    String display = categories.displays().get(category);
    Coding local =
        new Coding()
            .setSystem(identifiers.codeSystem(categories.name()))
            .setCode(Integer.toString(category))
            .setDisplay(display);
    CodeableConcept concept =
        new CodeableConcept(local)
            .setText(display == null ? "Withings workout category " + category : display);
    return category == RUN ? concept.addCoding(RUNNING.copy()) : concept;
  }
}
