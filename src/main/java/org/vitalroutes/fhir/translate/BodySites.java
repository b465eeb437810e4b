package org.vitalroutes.fhir.translate;

import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.withings.Position;

/** Where on the body, in SNOMED CT as far as a code fits, and always in Withings' own code. */
final class BodySites {
  private static final String SNOMED = "http://snomed.info/sct";

  /** Where a device is worn or held. Feet and hands have no SNOMED code that was verified. */
  private static final Map<Position, Site> DEVICE_SITES =
      Map.of(
          Position.RIGHT_WRIST, new Site("9736006", "Structure of right wrist region"),
          Position.LEFT_WRIST, new Site("5951000", "Structure of left wrist region"),
          Position.RIGHT_ARM, new Site("368209003", "Right upper arm structure"),
          Position.LEFT_ARM, new Site("368208006", "Left upper arm structure"),
          Position.LEFT_LEG, new Site("32153003", "Structure of left lower limb"),
          Position.RIGHT_LEG, new Site("62175007", "Structure of right lower limb"),
          Position.TORSO, new Site("22943007", "Trunk structure"));

  /** A segment of body composition is the whole limb, not the upper arm. */
  private static final Map<Position, Site> SEGMENTS =
      Map.of(
          Position.RIGHT_ARM, new Site("6921000", "Structure of right upper limb"),
          Position.LEFT_ARM, new Site("80768000", "Structure of left upper limb"));

  private final String system;

  BodySites(Identifiers identifiers) {
    system = identifiers.codeSystem("position");
  }

  /** Null for no position, which the whole body is too. */
  static @Nullable Integer meaningful(@Nullable Integer position) {
    return position == null || position < 0 || position == Position.WHOLE_BODY.code()
        ? null
        : position;
  }

  CodeableConcept concept(int position, boolean segmental) {
    Optional<Position> known = Position.of(position);
    CodeableConcept concept = new CodeableConcept().setText(text(position));
    known.map(place -> site(place, segmental)).ifPresent(site -> concept.addCoding(site.coding()));
    Coding local = new Coding().setSystem(system).setCode(String.valueOf(position));
    known.ifPresent(place -> local.setDisplay(place.display()));
    return concept.addCoding(local);
  }

  static String text(int position) {
    return Position.of(position).map(Position::text).orElse("Withings position " + position);
  }

  private static @Nullable Site site(Position place, boolean segmental) {
    Site segment = segmental ? SEGMENTS.get(place) : null;
    return segment != null ? segment : DEVICE_SITES.get(place);
  }

  private record Site(String code, String display) {
    Coding coding() {
      return new Coding(SNOMED, code, display);
    }
  }
}
