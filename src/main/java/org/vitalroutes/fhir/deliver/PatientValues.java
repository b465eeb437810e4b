package org.vitalroutes.fhir.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.hl7.fhir.r5.model.BaseDateTimeType;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.DataType;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Period;
import org.hl7.fhir.r5.model.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * A Patient's last values, for a chart.
 *
 * @param codes the quantities found
 * @param series its numbers, one for each code and component, by name
 * @param before asks for the page of older ones; null when there is none
 */
public record PatientValues(List<Code> codes, List<Series> series, @Nullable Instant before) {

  /** The newest, to be drawn at once; of any code, to know which there are. */
  private static final int FIRST_PAGE = 200;

  /** The older ones; a server with smaller pages sends fewer, and a slow one takes seconds. */
  private static final int PAGE = 1000;

  /** Without notes, references and extensions, which are most of an Observation. */
  private static final String ELEMENTS = "status,code,effective,value,component";

  /**
   * A measured quantity.
   *
   * @param code {@code system|code}, as a search takes it
   * @param display for a person
   */
  public record Code(String code, String display) {}

  /**
   * Numbers of one sort, newest first.
   *
   * @param name for a person
   * @param unit of all
   * @param points the numbers
   */
  public record Series(String name, String unit, List<Point> points) {}

  /**
   * A number.
   *
   * @param at when it was measured, or its span began, as the Observation says it
   * @param value as the Observation says it
   * @param id of the Observation
   */
  public record Point(String at, BigDecimal value, String id) {}

  /**
   * The search for a page of a Patient's Observations, newest first.
   *
   * @param patientId logical id
   * @param code {@code system|code}; null for any
   * @param before the {@link PatientValues#before} of the page before; null for the first
   */
  public static String search(String patientId, @Nullable String code, @Nullable Instant before) {
    return "Observation?_sort=-date&_count="
        + (before == null ? FIRST_PAGE : PAGE)
        + "&_elements="
        + ELEMENTS
        + "&patient="
        + encode(patientId)
        + (code == null || code.isEmpty() ? "" : "&code=" + encode(code))
        + (before == null ? "" : "&date=le" + before);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  /**
   * The values of a search result, without those entered in error or without a number.
   *
   * @param before as the search was asked for; null for the first page
   */
  public static PatientValues of(Bundle found, @Nullable Instant before) {
    Map<String, Code> codes = new TreeMap<>();
    Map<String, Series> series = new TreeMap<>();
    for (Bundle.BundleEntryComponent entry : found.getEntry()) {
      if (entry.getResource() instanceof Observation observation
          && observation.getStatus() != ObservationStatus.ENTEREDINERROR
          && at(observation.getEffective()) != null) {
        boolean numbers = add(series, observation, observation.getCode(), observation.getValue());
        for (var component : observation.getComponent()) {
          numbers |= add(series, observation, component.getCode(), component.getValue());
        }
        Coding coding = observation.getCode().getCodingFirstRep();
        if (numbers && coding.hasCode()) {
          String display = display(observation.getCode());
          codes.putIfAbsent(
              display, new Code(coding.getSystem() + "|" + coding.getCode(), display));
        }
      }
    }
    return new PatientValues(
        List.copyOf(codes.values()), List.copyOf(series.values()), next(found, before));
  }

  /**
   * The oldest moment of a page that another one follows. Where the whole page shares the moment
   * that was asked for, the second before: a chart can miss values of one moment, but not stop.
   */
  private static @Nullable Instant next(Bundle found, @Nullable Instant before) {
    if (found.getLink(Bundle.LINK_NEXT) == null) {
      return null;
    }
    return found.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(Observation.class::isInstance)
        .map(resource -> ((Observation) resource).getEffective())
        .map(effective -> effective instanceof Period period ? period.getStartElement() : effective)
        .filter(BaseDateTimeType.class::isInstance)
        .map(moment -> ((BaseDateTimeType) moment).getValue())
        .filter(Objects::nonNull)
        .map(Date::toInstant)
        .min(Comparator.naturalOrder())
        .map(oldest -> oldest.equals(before) ? oldest.minusSeconds(1) : oldest)
        .orElse(null);
  }

  private static boolean add(
      Map<String, Series> series,
      Observation observation,
      CodeableConcept code,
      @Nullable DataType value) {
    String at = at(observation.getEffective());
    if (!(value instanceof Quantity quantity) || quantity.getValue() == null || at == null) {
      return false;
    }
    String unit = quantity.hasUnit() ? quantity.getUnit() : "";
    series
        .computeIfAbsent(
            display(code) + " " + unit, key -> new Series(display(code), unit, new ArrayList<>()))
        .points()
        .add(new Point(at, quantity.getValue(), observation.getIdElement().getIdPart()));
    return true;
  }

  private static @Nullable String at(@Nullable DataType effective) {
    if (effective instanceof DateTimeType moment) {
      return moment.getValueAsString();
    }
    return effective instanceof Period period ? period.getStartElement().getValueAsString() : null;
  }

  private static String display(CodeableConcept code) {
    Coding coding = code.getCodingFirstRep();
    if (code.hasText()) {
      return code.getText();
    }
    return coding.hasDisplay() ? coding.getDisplay() : String.valueOf(coding.getCode());
  }
}
