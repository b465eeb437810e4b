package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.table.MeasureTable.Plausible;
import org.vitalroutes.fhir.table.MeasureTable.Unit;
import org.vitalroutes.fhir.table.MeasureTable.Vocabulary;

/**
 * What the fields of a kind of summary mean in FHIR, as a file in {@code mapping/} says. Checked
 * when it is read, so that a wrong row stops the start and not a patient's record.
 *
 * @param system name of the local code system
 * @param observations in the order of the file
 * @param fields by name
 * @param answers what a coded value stands for; null when the kind has none
 */
public record FieldTable(
    String system,
    List<Definition> observations,
    SortedMap<String, Field> fields,
    @Nullable Answers answers) {

  /** All of them. */
  public static List<FieldTable> all() {
    return List.of(activity(), intraday(), workouts(), sleep(), sleepStages());
  }

  /** Days of activity. */
  public static FieldTable activity() {
    return standard("activity");
  }

  /** What happened within days. */
  public static FieldTable intraday() {
    return standard("intraday");
  }

  /** Workouts. */
  public static FieldTable workouts() {
    return standard("workouts");
  }

  /** Nights. */
  public static FieldTable sleep() {
    return standard("sleep");
  }

  /** What happened within nights. */
  public static FieldTable sleepStages() {
    return standard("sleep-stages");
  }

  /**
   * Reads and checks a table.
   *
   * @param file how problems name it
   * @throws MeasureTableException with every problem of every entry
   */
  public static FieldTable parse(String file, String yaml) {
    return FieldTableReader.read(file, yaml);
  }

  private static FieldTable standard(String name) {
    String file = name + ".yaml";
    return parse(file, TableSource.load(file));
  }

  public Field field(String name) {
    return Optional.ofNullable(fields.get(name)).orElseThrow();
  }

  /** How a field's number becomes a quantity. */
  enum Conversion {
    @JsonProperty("none")
    NONE,
    /** From seconds, to a hundredth. */
    @JsonProperty("seconds-to-minutes")
    MINUTES,
    /** From a ratio. */
    @JsonProperty("ratio-to-percent")
    PERCENT;

    private static final BigDecimal SECONDS = BigDecimal.valueOf(60);

    BigDecimal of(BigDecimal value) {
      return switch (this) {
        case NONE -> value;
        case MINUTES -> value.divide(SECONDS, 2, RoundingMode.HALF_UP).stripTrailingZeros();
        case PERCENT -> value.movePointRight(2);
      };
    }
  }

  /**
   * A code.
   *
   * @param display empty where sources give different ones
   * @param closed whether it is only true of a day that is over
   */
  public record Coded(Vocabulary system, String code, String display, boolean closed) {

    public Coded {
      display = Objects.requireNonNullElse(display, "");
    }

    /** Whether it is of the table's own code system, and not LOINC. */
    public boolean local() {
      return system == Vocabulary.WITHINGS;
    }
  }

  /**
   * A field of Withings' answer.
   *
   * @param zeroIsAbsent whether Withings writes 0 for none
   */
  public record Field(
      @JsonProperty("field") String name,
      List<Coded> codings,
      Unit unit,
      @JsonProperty("convert") Conversion conversion,
      boolean zeroIsAbsent,
      Plausible plausible) {

    private static final BigDecimal NOTHING = BigDecimal.ONE.negate();

    public Field {
      conversion = Objects.requireNonNullElse(conversion, Conversion.NONE);
    }

    /** Withings writes absence as nothing, null, -1, and for some fields as 0. */
    public boolean isAbsent(@Nullable BigDecimal sent) {
      return sent == null || sent.compareTo(NOTHING) == 0 || (sent.signum() == 0 && zeroIsAbsent);
    }

    /** What is written for a number of Withings; empty when it cannot be one of the field. */
    public Optional<BigDecimal> value(BigDecimal sent) {
      BigDecimal value = Decimals.fit(sent) ? conversion.of(sent) : sent;
      return Decimals.fit(value) && plausible.allows(value)
          ? Optional.of(Decimals.readable(value))
          : Optional.empty();
    }
  }

  /**
   * An Observation made of some fields.
   *
   * @param name the end of its key
   * @param codings its own; empty where they are those of its value
   * @param value fields of which the first that is there is its value; may be empty
   * @param components in this order
   * @param needs fields of which one must be there; without it there is no such Observation
   */
  public record Definition(
      String name,
      String text,
      ObservationCategory category,
      List<Coded> codings,
      List<String> value,
      List<String> components,
      Set<String> needs) {

    public Definition {
      codings = Objects.requireNonNullElse(codings, List.of());
      value = Objects.requireNonNullElse(value, List.of());
      components = Objects.requireNonNullElse(components, List.of());
      Set<String> needed = new LinkedHashSet<>(Objects.requireNonNullElse(needs, Set.of()));
      if (needed.isEmpty()) {
        needed.addAll(value);
        needed.addAll(components);
      }
      needs = Collections.unmodifiableSet(needed);
    }
  }
}
