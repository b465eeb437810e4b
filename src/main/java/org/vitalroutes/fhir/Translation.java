package org.vitalroutes.fhir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/**
 * What a page became.
 *
 * @param produced each key once; sorted by key, but devices come before what refers to them
 * @param skipped sorted by reason and type
 */
public record Translation(List<Produced> produced, List<Skipped> skipped) {
  public Translation {
    produced = List.copyOf(produced);
    skipped = List.copyOf(skipped);
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
   * Withings: nothing may be declared vanished from this page.
   */
  public boolean isIncomplete() {
    return skipped.stream().anyMatch(skip -> skip.reason() == SkipReason.MALFORMED);
  }
}
