package org.vitalroutes.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.HTTPVerb;
import org.vitalroutes.sync.SyncRequest;

/**
 * One transaction, and what the ledger notes when it has succeeded.
 *
 * @param request what it is for
 * @param bundle of {@code PUT}s or deletions by id
 * @param entries one per entry of the bundle, in the same order
 * @param refusals counts for all parts that were made of the same one
 */
public record DeliveryPart(
    SyncRequest request, Bundle bundle, List<Delivered> entries, Refusals refusals) {

  /** Where HAPI, and others, say which entry they refuse. */
  private static final Pattern ENTRY = Pattern.compile("Bundle\\.entry\\[([0-9]{1,9})]");

  public DeliveryPart(SyncRequest request, Bundle bundle, List<Delivered> entries) {
    this(request, bundle, entries, new Refusals());
  }

  /**
   * Whether the server refuses an entry of it, so that a smaller part may be taken. A deletion it
   * also refuses when something else refers to the resource.
   */
  public boolean refusedBy(Throwable failure) {
    return FhirFailure.refuses(failure)
        || (bundle.getEntryFirstRep().getRequest().getMethod() == HTTPVerb.DELETE
            && FhirFailure.saysReferredTo(failure));
  }

  /** Whether there is nothing to take apart. */
  public boolean isSingle() {
    return entries.size() == 1;
  }

  /**
   * What to send instead of a part that was refused: when the server names one entry, that one
   * apart from what is before and behind it, otherwise two halves. The order stays, as later
   * entries may refer to earlier ones.
   *
   * @param places where the server says it found the trouble
   */
  public List<DeliveryPart> smaller(List<String> places) {
    Set<Integer> named = new TreeSet<>();
    places.stream()
        .map(ENTRY::matcher)
        .filter(Matcher::find)
        .forEach(found -> named.add(Integer.parseInt(found.group(1))));
    Integer only = named.size() == 1 ? named.iterator().next() : null;
    List<DeliveryPart> parts =
        only != null && only < entries.size()
            ? List.of(slice(0, only), slice(only, only + 1), slice(only + 1, entries.size()))
            : List.of(slice(0, entries.size() / 2), slice(entries.size() / 2, entries.size()));
    return parts.stream().filter(part -> !part.entries().isEmpty()).toList();
  }

  private DeliveryPart slice(int from, int to) {
    Bundle some = new Bundle().setType(bundle.getType());
    bundle.getEntry().subList(from, to).forEach(some::addEntry);
    return new DeliveryPart(request, some, entries.subList(from, to), refusals);
  }

  /**
   * Makes sure that the server took every entry.
   *
   * @throws UnclassifiedServerFailureException when an entry is missing or failed; worth a retry
   */
  public void requireTaken(Bundle outcome) {
    boolean all =
        outcome.getEntry().size() == entries.size()
            && outcome.getEntry().stream()
                .map(entry -> entry.getResponse().getStatus())
                .allMatch(status -> status != null && status.startsWith("2"));
    if (!all) {
      throw new UnclassifiedServerFailureException(200, "the server did not take every entry");
    }
  }

  /** Counts only: the rest is health data. */
  @Override
  public String toString() {
    return "DeliveryPart[" + entries.size() + " of " + request.id() + "]";
  }
}
