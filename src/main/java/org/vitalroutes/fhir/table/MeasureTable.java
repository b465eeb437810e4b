package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each Withings measure type means in FHIR, as {@code mapping/measures.yaml} says. Checked
 * when it is read, so that a wrong row stops the start and not a patient's record.
 */
public final class MeasureTable {
  private static final String FILE = "measures.yaml";

  private final SortedMap<Integer, Entry> entries;
  private final SortedMap<String, Panel> panels;
  private final SortedMap<String, Answers> answers;

  MeasureTable(
      SortedMap<Integer, Entry> entries,
      SortedMap<String, Panel> panels,
      SortedMap<String, Answers> answers) {
    this.entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    this.panels = Collections.unmodifiableSortedMap(new TreeMap<>(panels));
    this.answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
  }

  /** The table that Vitalroutes brings along. */
  public static MeasureTable standard() {
    return parse(TableSource.load(FILE));
  }

  /**
   * Reads and checks a table.
   *
   * @throws MeasureTableException with every problem of every entry
   */
  public static MeasureTable parse(String yaml) {
    return MeasureTableReader.read(FILE, yaml);
  }

  /** Empty for a type that the table does not know. */
  public Optional<Entry> entry(int type) {
    return Optional.ofNullable(entries.get(type));
  }

  public Entry required(int type) {
    return entry(type).orElseThrow();
  }

  public Panel panel(String name) {
    return Optional.ofNullable(panels.get(name)).orElseThrow();
  }

  public Answers answers(String name) {
    return Optional.ofNullable(answers.get(name)).orElseThrow();
  }

  /** Every measure type the table knows. */
  public Set<Integer> types() {
    return entries.keySet();
  }

  Set<String> panelNames() {
    return panels.keySet();
  }

  public Set<String> answersNames() {
    return answers.keySet();
  }

  /** How a measure's value is written. */
  public enum Kind {
    /** A decimal and a unit. */
    QUANTITY,
    /** A number that stands for one of a list of {@link Answers}. */
    CODE,
    /** A decimal and a unit, inside the Observation of a {@link Panel}. */
    COMPONENT
  }

  /** Where a code is from. */
  enum Vocabulary {
    LOINC,
    /** The code system of the table itself. */
    WITHINGS
  }

  /**
   * A code of the table.
   *
   * @param display empty where sources give different ones
   */
  public record Code(Vocabulary system, String code, String display) {

    public Code {
      display = Objects.requireNonNullElse(display, "");
    }

    /** Whether it is of Vitalroutes' own code system measure-type, and not LOINC. */
    public boolean local() {
      return system == Vocabulary.WITHINGS;
    }
  }

  /**
   * A unit.
   *
   * @param code UCUM
   * @param printed what people read, as "mmHg" for mm[Hg]
   */
  public record Unit(String code, String printed) {}

  /** The numbers that the unit allows, both ends included. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  public record Plausible(BigDecimal low, BigDecimal high) {
    public boolean allows(BigDecimal value) {
      return value.compareTo(low) >= 0 && value.compareTo(high) <= 0;
    }
  }

  /**
   * Says that a type is only to be trusted from some devices.
   *
   * @param models Withings' numbers of the devices that are thermometers
   * @param standsInFor the type whose meaning it then takes, unless the group has that type too
   */
  public record Thermometer(Set<Integer> models, int standsInFor) {}

  /**
   * One row of the table; the fields are explained in the head of the YAML file.
   *
   * @param shift how many places the decimal point moves to the right, from Withings' unit to this
   *     one
   * @param segmental whether the position is the part of the body that was measured, and not where
   *     a device was
   */
  public record Entry(
      int type,
      String name,
      String text,
      List<Code> codings,
      Kind kind,
      @Nullable Unit unit,
      int shift,
      @Nullable VitalProfile profile,
      @Nullable ObservationCategory category,
      @Nullable String answers,
      @Nullable String panel,
      boolean segmental,
      @Nullable Plausible plausible,
      @Nullable Thermometer thermometer) {}

  /**
   * Several measures of a group that make one Observation.
   *
   * @param components measure types in the order of their components
   */
  public record Panel(
      String name,
      String text,
      List<Code> codings,
      @Nullable VitalProfile profile,
      ObservationCategory category,
      List<Integer> components) {}

  /**
   * What the numbers of a coded measure stand for.
   *
   * @param name of the local code system
   */
  public record Answers(String name, Map<Integer, String> displays) {}
}
