package org.vitalroutes.fhir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r5.model.Bundle.BundleType;
import org.hl7.fhir.r5.model.Bundle.HTTPVerb;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Resource;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.SyncRequest;

/**
 * Makes transactions of {@code PUT}s, and of deletions, by id. Conditional updates would be simpler
 * to read back, but make duplicates when two transactions race (docs/decisions/0003).
 */
public final class Transactions {

  private final ServerBase server;
  private final int mostEntries;

  public Transactions(ServerBase server, int mostEntries) {
    this.server = server;
    this.mostEntries = mostEntries;
  }

  /**
   * The transactions for what is new or changed.
   *
   * @param produced in the order in which they are sent
   * @param known content hashes of what the FHIR server has, by key
   */
  public List<DeliveryPart> forChanged(
      SyncRequest request, List<Produced> produced, Map<String, String> known) {
    List<Change> changes = new ArrayList<>();
    for (Produced each : produced) {
      if (each.unlessKnown() && known.containsKey(each.key())) {
        continue;
      }
      String now = ContentHash.of(each);
      if (!now.equals(known.get(each.key()))) {
        changes.add(new Change(each.resource(), entry(each, now)));
      }
    }
    changes.sort(NEWEST_FIRST);
    return parts(request, changes);
  }

  /** The transactions that mark Observations as entered in error. */
  public List<DeliveryPart> forVanished(
      SyncRequest request, List<Observation> current, Map<String, Delivered> byId) {
    List<Change> changes = new ArrayList<>();
    for (Observation observation : current) {
      Observation withdrawn = Deletion.enteredInError(observation);
      Delivered entry = byId.get(observation.getIdElement().getIdPart());
      if (entry != null) {
        changes.add(
            new Change(
                withdrawn,
                new Delivered(
                    entry.key(),
                    entry.resourceType(),
                    entry.resourceId(),
                    entry.effective(),
                    ContentHash.of(withdrawn),
                    true)));
      }
    }
    return parts(request, changes);
  }

  /** The transactions that delete resources. */
  public List<DeliveryPart> forDeleted(SyncRequest request, List<Delivered> deleted) {
    return parts(request, deleted.stream().map(entry -> new Change(null, entry.gone())).toList());
  }

  /** What to send of an entry; nothing when it is deleted. */
  private record Change(@Nullable Resource resource, Delivered entry) {}

  /** What others refer to comes before all. */
  private static final Comparator<Change> NEWEST_FIRST =
      Comparator.comparing((Change change) -> change.resource() instanceof Observation)
          .thenComparing(change -> change.entry().effective(), Comparator.reverseOrder());

  private static Delivered entry(Produced produced, String hash) {
    return new Delivered(
        produced.key(),
        produced.resource().fhirType(),
        produced.resource().getIdElement().getIdPart(),
        produced.effective(),
        hash,
        false,
        produced.rowHash());
  }

  private List<DeliveryPart> parts(SyncRequest request, List<Change> changes) {
    List<DeliveryPart> parts = new ArrayList<>();
    for (int start = 0; start < changes.size(); start += mostEntries) {
      List<Change> some = changes.subList(start, Math.min(start + mostEntries, changes.size()));
      Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
      for (Change change : some) {
        String url = change.entry().resourceType() + "/" + change.entry().resourceId();
        BundleEntryComponent entry = bundle.addEntry();
        entry.getRequest().setUrl(url).setMethod(HTTPVerb.DELETE);
        if (change.resource() != null) {
          entry.setFullUrl(server.fullUrl(url)).setResource(change.resource());
          entry.getRequest().setMethod(HTTPVerb.PUT);
        }
      }
      parts.add(new DeliveryPart(request, bundle, some.stream().map(Change::entry).toList()));
    }
    return parts;
  }
}
