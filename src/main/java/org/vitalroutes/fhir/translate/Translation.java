package org.vitalroutes.fhir.translate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.vitalroutes.fhir.Produced;

/**
 * What a page became.
 *
 * @param produced each key once; sorted by key, but devices come before what refers to them
 * @param skipped sorted by reason and type
 * @param standing keys of what has not removed, though it is not among what was produced: it is
 *     made of the details of a row
 */
public record Translation(List<Produced> produced, List<Skipped> skipped, Set<String> standing) {
  public Translation {
    produced = List.copyOf(produced);
    skipped = List.copyOf(skipped);
    standing = Set.copyOf(standing);
  }

  public Translation(List<Produced> produced, List<Skipped> skipped) {
    this(produced, skipped, Set.of());
  }

  /** The same, beside which these stand. */
  Translation beside(Set<String> keys) {
    return new Translation(produced, skipped, keys);
  }

  /** Every key that Withings has. */
  public List<String> keys() {
    return Stream.concat(produced.stream().map(Produced::key), standing.stream()).toList();
  }

  /** What waits for an operator, unless it has been released. */
  public List<Produced> held() {
    return produced.stream().filter(Produced::held).toList();
  }

  /**
   * What may be sent.
   *
   * @param released keys of what was held and an operator has released
   */
  public List<Produced> sendable(Set<String> released) {
    return produced.stream()
        .filter(each -> !each.held() || released.contains(each.key()))
        .map(each -> each.held() ? each.released() : each)
        .toList();
  }

  /** Of what was found, by key: devices come before what refers to them. */
  static Translation of(SortedMap<String, Produced> found, Tally tally) {
    List<Produced> ordered = new ArrayList<>(found.values());
    ordered.sort(Comparator.comparing(Translation::rank));
    return new Translation(ordered, tally.skipped());
  }

  /** A transaction may end between two of them, and a reference must lead somewhere. */
  private static int rank(Produced produced) {
    if (produced.key().startsWith("device-")) {
      return 0;
    }
    return produced.key().endsWith("-bp") ? 1 : 2;
  }

  /**
   * Whether something could not be read. If so, a key that is missing here may still exist at
   * Withings: nothing may be declared removed from this page.
   */
  public boolean isIncomplete() {
    return skipped.stream().anyMatch(skip -> skip.reason() == SkipReason.MALFORMED);
  }
}
