package org.vitalroutes.fhir.translate;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what is skipped. */
final class Tally {
  private static final Comparator<Skipped> ORDER =
      Comparator.comparing(Skipped::reason)
          .thenComparing(Skipped::type, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final SortedMap<Skipped, Integer> counts = new TreeMap<>(ORDER);

  void add(SkipReason reason, @Nullable Integer type) {
    counts.merge(new Skipped(reason, type, 0), 1, Integer::sum);
  }

  void add(SkipReason reason) {
    add(reason, null);
  }

  List<Skipped> skipped() {
    return counts.entrySet().stream()
        .map(e -> new Skipped(e.getKey().reason(), e.getKey().type(), e.getValue()))
        .toList();
  }
}
