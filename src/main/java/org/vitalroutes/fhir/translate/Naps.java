package org.vitalroutes.fhir.translate;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r5.model.BooleanType;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.sync.DeliveredRow;

/**
 * Marks the sleeps that are not the main one of their day. A sleep is of the day on which it ends.
 * The main one is the longest; what overlaps it is the same sleep as another device saw it.
 */
public final class Naps {
  public static final Map.Entry<String, String> NAP =
      Map.entry("nap", "Nap: not the main sleep of its day");

  /** Code system of {@link #NAP}. */
  public static final String SYSTEM = "sleep-kind";

  private final Identifiers identifiers;

  public Naps(Identifiers identifiers) {
    this.identifiers = identifiers;
  }

  private record Sleep(String key, Instant start, Instant end) {

    boolean isLongerThan(Sleep other) {
      return LONGEST_FIRST.compare(this, other) < 0;
    }

    boolean overlaps(Sleep other) {
      return start.isBefore(other.end) && other.start.isBefore(end);
    }

    LocalDate day(ZoneOffset offset) {
      return end.atOffset(offset).toLocalDate();
    }
  }

  /** Of two of the same length the earlier is the longer, so that there is always one. */
  private static final Comparator<Sleep> LONGEST_FIRST =
      Comparator.comparing((Sleep sleep) -> Duration.between(sleep.start(), sleep.end()))
          .reversed()
          .thenComparing(Sleep::start)
          .thenComparing(Sleep::key);

  /**
   * The same resources, naps among them marked.
   *
   * @param known what was delivered of these days, which may have other sleeps than this page
   */
  public List<Produced> mark(List<Produced> produced, Collection<DeliveredRow> known) {
    Map<String, Sleep> sleeps = new TreeMap<>();
    known.stream()
        .filter(row -> Identifiers.isNight(row.key()))
        .forEach(row -> sleeps.put(row.key(), new Sleep(row.key(), row.from(), row.until())));
    produced.stream()
        .filter(each -> Identifiers.isNight(each.key()))
        .forEach(each -> sleeps.put(each.key(), sleep(each)));
    List<Produced> marked = new ArrayList<>();
    for (Produced each : produced) {
      boolean nap =
          Identifiers.isNight(each.key())
              && isNap(sleep(each), offset((Observation) each.resource()), sleeps.values());
      marked.add(nap ? each.with(marked((Observation) each.resource())) : each);
    }
    return marked;
  }

  private static Sleep sleep(Produced night) {
    return new Sleep(night.key(), night.effective(), night.until());
  }

  private static boolean isNap(Sleep sleep, ZoneOffset offset, Collection<Sleep> sleeps) {
    return sleeps.stream()
        .anyMatch(
            other ->
                other.day(offset).equals(sleep.day(offset))
                    && other.isLongerThan(sleep)
                    && !other.overlaps(sleep));
  }

  private static ZoneOffset offset(Observation night) {
    return OffsetDateTime.parse(night.getEffectivePeriod().getEndElement().getValueAsString())
        .getOffset();
  }

  private Observation marked(Observation night) {
    CodeableConcept nap =
        new CodeableConcept(
            new Coding(identifiers.codeSystem(SYSTEM), NAP.getKey(), NAP.getValue()));
    if (night.getComponent().stream().anyMatch(part -> part.getCode().equalsDeep(nap))) {
      return night;
    }
    Observation marked = night.copy();
    marked.addComponent().setCode(nap).setValue(new BooleanType(true));
    return marked;
  }
}
