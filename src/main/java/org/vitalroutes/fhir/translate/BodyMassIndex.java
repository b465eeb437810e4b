package org.vitalroutes.fhir.translate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.Reference;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.ObservationCategory;
import org.vitalroutes.fhir.table.VitalProfile;

/**
 * The body mass index of a weight and of the last height that was measured before it or with it. A
 * height counts for a year when the person was an adult at that time, and for 30 days otherwise, as
 * children grow.
 */
public final class BodyMassIndex {
  /** LOINC, and the name of that code. */
  public static final Coding CODE =
      new Coding(Loinc.SYSTEM, "39156-5", "Body mass index (BMI) [Ratio]");

  /** The longest that any height counts. */
  public static final Period ADULT = Period.ofYears(1);

  private static final Period CHILD = Period.ofDays(30);
  private static final Period ADULT_AGE = Period.ofYears(18);

  /** The unit that the profile requires. */
  private static final String UNIT = "kg/m2";

  /** In centimetres, whose square is 10,000 times as large. */
  private static final BigDecimal SQUARE = BigDecimal.valueOf(10_000);

  private final Identifiers identifiers;

  public BodyMassIndex(Identifiers identifiers) {
    this.identifiers = identifiers;
  }

  private record Height(Observation of, Instant at, BigDecimal centimetres) {}

  /**
   * Of the heights of a person, those that the index of a weight may need.
   *
   * @param weights when they were measured
   * @param at when a height was measured
   */
  public static <T> List<T> needed(
      Collection<Instant> weights, Collection<T> heights, Function<T, Instant> at) {
    return weights.stream()
        .flatMap(weight -> last(heights, at, Comparator.comparing(at), weight, ADULT).stream())
        .distinct()
        .toList();
  }

  /**
   * The indexes of those weights among the resources that a height counts for.
   *
   * @param produced what is to be delivered; its heights count too
   * @param delivered heights that the FHIR server has
   * @param born the last day on which the person may have been born; null when that is not known
   */
  public List<Produced> of(
      List<Produced> produced, Collection<Observation> delivered, @Nullable LocalDate born) {
    List<Height> heights =
        Stream.concat(
                produced.stream()
                    .filter(each -> Identifiers.isHeight(each.key()))
                    .map(each -> (Observation) each.resource()),
                delivered.stream())
            .flatMap(each -> height(each).stream())
            .toList();
    List<Produced> indexes = new ArrayList<>();
    for (Produced weight : produced) {
      if (Identifiers.isWeight(weight.key())) {
        last(heights, Height::at, NEWER, weight.effective(), ADULT)
            .filter(height -> counts(height, weight.effective(), born))
            .ifPresent(height -> indexes.add(index(weight, height)));
      }
    }
    return indexes;
  }

  /**
   * The last day on which a Patient may have been born, as birth dates may be a year or a month.
   */
  public static @Nullable LocalDate born(Patient patient) {
    String date = patient.getBirthDateElement().getValueAsString();
    if (date == null) {
      return null;
    }
    return switch (date.length()) {
      case 4 -> YearMonth.parse(date + "-12").atEndOfMonth();
      case 7 -> YearMonth.parse(date).atEndOfMonth();
      default -> LocalDate.parse(date);
    };
  }

  /** Of two at the same moment the one that was changed last. */
  private static final Comparator<Height> NEWER =
      Comparator.comparing(Height::at)
          .thenComparing(height -> issued(height.of()))
          .thenComparing(height -> height.of().getIdElement().getIdPart());

  private static <T> Optional<T> last(
      Collection<T> heights,
      Function<T, Instant> at,
      Comparator<T> newer,
      Instant weight,
      Period limit) {
    return heights.stream()
        .filter(height -> !at.apply(height).isAfter(weight))
        .filter(height -> !end(at.apply(height), limit).isBefore(weight))
        .max(newer);
  }

  private static Instant end(Instant measured, Period limit) {
    return measured.atOffset(ZoneOffset.UTC).plus(limit).toInstant();
  }

  private static boolean counts(Height height, Instant weight, @Nullable LocalDate born) {
    boolean adult =
        born != null
            && !height.at().atOffset(ZoneOffset.UTC).toLocalDate().isBefore(born.plus(ADULT_AGE));
    return adult || !end(height.at(), CHILD).isBefore(weight);
  }

  /** Empty when it is withdrawn, or no longer what was delivered. */
  private static Optional<Height> height(Observation height) {
    return height.getStatus() != ObservationStatus.ENTEREDINERROR
            && height.hasEffectiveDateTimeType()
            && height.hasValueQuantity()
            && "cm".equals(height.getValueQuantity().getCode())
            && height.getValueQuantity().hasValue()
            && height.getValueQuantity().getValue().signum() > 0
        ? Optional.of(
            new Height(
                height,
                height.getEffectiveDateTimeType().getValue().toInstant(),
                height.getValueQuantity().getValue()))
        : Optional.empty();
  }

  private Produced index(Produced produced, Height height) {
    Observation weight = (Observation) produced.resource();
    String key = Identifiers.bodyMassKey(produced.key());
    Observation index = new Observation();
    index.setId(identifiers.id(weight.getSubject().getReferenceElement().getIdPart(), key));
    index.setMeta(weight.getMeta().copy());
    index.getMeta().getProfile().clear();
    index.getMeta().addProfile(VitalProfile.BODY_MASS_INDEX.url());
    SecurityLabels.addThatOf(height.of(), index);
    index.addIdentifier(identifiers.observation(key));
    identifiers.record(key).ifPresent(index::addIdentifier);
    index.setStatus(status(weight.getStatus(), height.of().getStatus()));
    index.addCategory(ObservationCategory.VITAL_SIGNS.concept());
    index.setCode(new CodeableConcept(CODE.copy()).setText("Body mass index"));
    index.setSubject(weight.getSubject().copy());
    index.setEffective(weight.getEffective().copy());
    index.setIssuedElement(
        ZonedTime.instant(Collections.max(List.of(issued(weight), issued(height.of())))));
    index.setMethod(new CodeableConcept().setText("Calculated from body weight and body height"));
    index.setValue(
        new Quantity()
            .setValue(
                weight
                    .getValueQuantity()
                    .getValue()
                    .multiply(SQUARE)
                    .divide(height.centimetres().pow(2), 1, RoundingMode.HALF_UP))
            .setUnit(UNIT)
            .setSystem("http://unitsofmeasure.org")
            .setCode(UNIT));
    Stream.of(weight, height.of())
        .forEach(
            each ->
                index.addDerivedFrom(
                    new Reference("Observation/" + each.getIdElement().getIdPart())));
    return new Produced(key, produced.effective(), index);
  }

  private static Instant issued(Observation observation) {
    return observation.hasIssued() ? observation.getIssued().toInstant() : Instant.MIN;
  }

  /** As uncertain as the less certain of the two. */
  private static ObservationStatus status(ObservationStatus weight, ObservationStatus height) {
    return Stream.of(ObservationStatus.PRELIMINARY, ObservationStatus.AMENDED)
        .filter(status -> status == weight || status == height)
        .findFirst()
        .orElse(ObservationStatus.FINAL);
  }
}
