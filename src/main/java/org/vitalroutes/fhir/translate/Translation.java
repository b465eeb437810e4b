package org.vitalroutes.fhir.translate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.vitalroutes.fhir.Produced;

/**
 * What a page became.
 *
 * @param produced each key once; sorted by key, but devices come before what refers to them
 * @param skipped sorted by reason, type and field
 * @param rows keys of the rows that Withings has, also of those of which nothing was produced
 * @param takenBack keys of the rows that Withings marks as deleted
 * @param isIncomplete whether a row could not be read: then a row that is missing here may still
 *     exist at Withings
 */
public record Translation(
    List<Produced> produced,
    List<Skipped> skipped,
    Set<String> rows,
    Set<String> takenBack,
    boolean isIncomplete) {
  public Translation {
    produced = List.copyOf(produced);
    skipped = List.copyOf(skipped);
    rows = Set.copyOf(rows);
    takenBack = Set.copyOf(takenBack);
  }

  /** What the details of a row became: they do not tell which rows there are. */
  public Translation(List<Produced> produced, List<Skipped> skipped) {
    this(produced, skipped, Set.of(), Set.of(), false);
  }

  /** The same, made of these rows. */
  Translation ofRows(Set<String> present, Set<String> deleted, boolean incomplete) {
    return new Translation(produced, skipped, present, deleted, incomplete);
  }

  /** The same rows, of which this was produced. */
  Translation producing(List<Produced> others) {
    return new Translation(others, skipped, rows, takenBack, isIncomplete);
  }

  /** Keys of the produced resources. */
  public List<String> keys() {
    return produced.stream().map(Produced::key).toList();
  }

  /** What waits for an operator, unless it has been released. */
  public List<Produced> held() {
    return produced.stream().filter(Produced::held).toList();
  }

  /**
   * What may be sent.
   *
   * @param released keys of held resources that an operator has released
   * @param withdrawn ids of resources that were withdrawn before
   */
  public List<Produced> sendable(Set<String> released, Set<String> withdrawn) {
    return produced.stream()
        .filter(each -> !each.held() || released.contains(each.key()))
        .map(each -> each.held() ? each.released() : each)
        .map(each -> withdrawn.contains(each.id()) ? each.returned() : each)
        .toList();
  }

  /** The translation of the found resources; devices come before resources that refer to them. */
  static Translation of(SortedMap<String, Produced> found, Tally tally) {
    List<Produced> ordered = new ArrayList<>(found.values());
    ordered.sort(Comparator.comparing(Translation::rank));
    return new Translation(ordered, tally.skipped());
  }

  /** Referenced resources first, because a transaction may end between any two. */
  private static int rank(Produced produced) {
    if (produced.key().startsWith("device-")) {
      return 0;
    }
    return produced.key().endsWith("-bp") ? 1 : 2;
  }
}
