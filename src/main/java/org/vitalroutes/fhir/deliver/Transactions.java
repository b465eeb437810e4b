package org.vitalroutes.fhir.deliver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.ResourceType;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.ResourceJson;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.sync.SyncRequest;

/**
 * Makes transactions of {@code PUT}s, and of deletions, by id. Conditional updates would be simpler
 * to read back, but make duplicates when two transactions race (docs/decisions/0003).
 */
public final class Transactions {

  private static final JsonFactory JSON = new JsonFactory();

  private final ServerBase server;
  private final int mostEntries;
  private final @Nullable Provenances provenances;

  /** Without Provenances. */
  public Transactions(ServerBase server, int mostEntries) {
    this(server, mostEntries, null);
  }

  /**
   * @param provenances of each transaction; null when they are not wanted
   */
  public Transactions(ServerBase server, int mostEntries, @Nullable Provenances provenances) {
    this.server = server;
    this.mostEntries = mostEntries;
    this.provenances = provenances;
  }

  /**
   * The transactions for new and changed resources.
   *
   * @param produced in the order in which they are sent
   * @param known content hashes of what the FHIR server has, by key
   * @param version of the FHIR server
   */
  public List<DeliveryPart> forChanged(
      SyncRequest request,
      List<Produced> produced,
      Map<String, String> known,
      FhirVersion version) {
    List<Change> changes = new ArrayList<>();
    for (Produced each : produced) {
      if (each.unlessKnown() && known.containsKey(each.key())) {
        continue;
      }
      String json = WireFormat.json(each.resource(), version);
      String now = ContentHash.of(each, json);
      if (!now.equals(known.get(each.key()))) {
        changes.add(new Change(json, entry(each, now)));
      }
    }
    changes.sort(NEWEST_FIRST);
    return parts(request, changes, version);
  }

  /**
   * The transactions that mark Observations as entered in error.
   *
   * @param current as the FHIR server has them, in its version
   */
  public List<DeliveryPart> forRemoved(
      SyncRequest request, List<? extends IBaseResource> current, Map<String, Delivered> byId) {
    List<Change> changes = new ArrayList<>();
    for (IBaseResource observation : current) {
      IBaseResource withdrawn = Deletion.enteredInError(observation);
      Delivered entry = byId.get(observation.getIdElement().getIdPart());
      if (entry != null) {
        String json = ResourceJson.of(withdrawn);
        changes.add(
            new Change(
                json,
                new Delivered(
                    entry.key(),
                    entry.resourceType(),
                    entry.resourceId(),
                    entry.effective(),
                    entry.until(),
                    ContentHash.ofJson(json),
                    true,
                    null,
                    ObservationStatus.ENTEREDINERROR.toCode())));
      }
    }
    return parts(request, changes, current.isEmpty() ? null : WireFormat.versionOf(current.get(0)));
  }

  /** The transactions that delete resources. */
  public List<DeliveryPart> forDeleted(SyncRequest request, List<Delivered> deleted) {
    return parts(
        request, deleted.stream().map(entry -> new Change(null, entry.gone())).toList(), null);
  }

  /** None of deletions: it would refer to what is gone. */
  private DeliveryPart.@Nullable Describer describer(@Nullable FhirVersion version) {
    if (provenances == null || version == null) {
      return null;
    }
    return (request, entries) -> {
      Produced provenance = provenances.of(request, entries);
      String json = WireFormat.json(provenance.resource(), version);
      Delivered entry = entry(provenance, ContentHash.of(provenance, json));
      return new DeliveryPart.Described(json(new Change(json, entry)), entry);
    };
  }

  /** What to send of an entry, as JSON; nothing when it is deleted. */
  private record Change(@Nullable String resource, Delivered entry) {}

  /** What others refer to comes before all, and what is derived from others comes last. */
  private static final Comparator<Change> NEWEST_FIRST =
      Comparator.comparing(
              (Change change) ->
                  change.entry().resourceType().equals(ResourceType.Observation.name()))
          .thenComparing(change -> Identifiers.isBodyMass(change.entry().key()))
          .thenComparing(change -> change.entry().effective(), Comparator.reverseOrder());

  private static Delivered entry(Produced produced, String hash) {
    return new Delivered(
        produced.key(),
        produced.resource().fhirType(),
        produced.id(),
        produced.effective(),
        produced.until(),
        hash,
        false,
        produced.rowHash(),
        produced.resource() instanceof Observation observation
            ? observation.getStatus().toCode()
            : null);
  }

  private List<DeliveryPart> parts(
      SyncRequest request, List<Change> changes, @Nullable FhirVersion version) {
    List<DeliveryPart> parts = new ArrayList<>();
    for (int start = 0; start < changes.size(); start += mostEntries) {
      List<Change> some = changes.subList(start, Math.min(start + mostEntries, changes.size()));
      parts.add(
          new DeliveryPart(
              request,
              some.stream().map(this::json).toList(),
              some.stream().map(Change::entry).toList(),
              new Refusals(),
              version,
              describer(version)));
    }
    return parts;
  }

  /** Put together around the resource's own JSON: encoding is most of the work, and done before. */
  private String json(Change change) {
    String url = change.entry().resourceType() + "/" + change.entry().resourceId();
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (change.resource() != null) {
        json.writeStringField("fullUrl", server.fullUrl(url));
        json.writeFieldName("resource");
        json.writeRawValue(change.resource());
      }
      json.writeObjectFieldStart("request");
      json.writeStringField("method", change.resource() == null ? "DELETE" : "PUT");
      json.writeStringField("url", url);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
