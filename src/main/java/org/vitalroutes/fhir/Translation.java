package org.vitalroutes.fhir;

import java.util.List;

/**
 * What a page became.
 *
 * @param produced sorted by key, each key once; devices come before what refers to them
 * @param skipped sorted by reason and type
 */
public record Translation(List<Produced> produced, List<Skipped> skipped) {
  public Translation {
    produced = List.copyOf(produced);
    skipped = List.copyOf(skipped);
  }

  /**
   * Whether something could not be read. If so, a key that is missing here may still exist at
   * Withings: nothing may be declared vanished from this page.
   */
  public boolean isIncomplete() {
    return skipped.stream().anyMatch(skip -> skip.reason() == SkipReason.MALFORMED);
  }
}
