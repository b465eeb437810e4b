package org.vitalroutes.fhir.translate;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.withings.Oddity;

/** Counts what is skipped. */
final class Tally {
  private static final Comparator<Skipped> ORDER =
      Comparator.comparing(Skipped::reason)
          .thenComparing(Skipped::type, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Skipped::field, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final SortedMap<Skipped, Integer> counts = new TreeMap<>(ORDER);

  void add(SkipReason reason, @Nullable Integer type) {
    add(new Skipped(reason, type, 0));
  }

  void add(SkipReason reason) {
    add(reason, (Integer) null);
  }

  void addField(SkipReason reason, String field) {
    add(new Skipped(reason, null, field, 0));
  }

  /** Counts the oddities of readable rows. */
  void add(List<Oddity> oddities) {
    oddities.forEach(
        oddity ->
            addField(
                switch (oddity.kind()) {
                  case UNREADABLE -> SkipReason.UNREADABLE_FIELD;
                  case TAKEN_BACK -> SkipReason.TAKEN_BACK;
                  case UNKNOWN_ZONE -> SkipReason.UNKNOWN_ZONE;
                },
                oddity.field()));
  }

  private void add(Skipped one) {
    counts.merge(one, 1, Integer::sum);
  }

  List<Skipped> skipped() {
    return counts.entrySet().stream()
        .map(
            e ->
                new Skipped(
                    e.getKey().reason(), e.getKey().type(), e.getKey().field(), e.getValue()))
        .toList();
  }
}
