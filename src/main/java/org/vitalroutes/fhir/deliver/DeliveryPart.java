package org.vitalroutes.fhir.deliver;

import static java.util.stream.Collectors.joining;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.sync.SyncRequest;

/**
 * One transaction, and what the ledger notes when it has succeeded.
 *
 * @param request what it is for
 * @param sent the entries, each a {@code PUT} or a deletion by id, as JSON
 * @param entries what the ledger notes of each, in the same order
 * @param refusals counts for all parts that were made of the same one
 * @param version the version it was written in; null when it is right in any
 * @param describer makes one more entry, of the transaction itself; null when there is none
 */
public record DeliveryPart(
    SyncRequest request,
    List<String> sent,
    List<Delivered> entries,
    Refusals refusals,
    @Nullable FhirVersion version,
    @Nullable Describer describer) {

  /** Makes an entry that describes others, the same at every call. */
  interface Describer {
    Described describe(SyncRequest request, List<Delivered> entries);
  }

  /** An entry as it is sent, and what the ledger notes of it. */
  record Described(String sent, Delivered entry) {}

  /** Where HAPI, and others, say which entry they refuse. */
  private static final Pattern ENTRY = Pattern.compile("Bundle\\.entry\\[([0-9]{1,9})]");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Stream<Described> description() {
    return Stream.ofNullable(describer).map(made -> made.describe(request, entries));
  }

  /** What the ledger notes: the entries, and the one that describes them. */
  public List<Delivered> noted() {
    return Stream.concat(entries.stream(), description().map(Described::entry)).toList();
  }

  /** The transaction, as JSON. */
  public String bundle() {
    return Stream.concat(sent.stream(), description().map(Described::sent))
        .collect(
            joining(
                ",", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[", "]}"));
  }

  /**
   * Whether the server refuses an entry of it, so that a smaller part may be taken. A deletion it
   * also refuses when something else refers to the resource.
   */
  public boolean refusedBy(Throwable failure) {
    return FhirFailure.refuses(failure)
        || (entries.get(0).isGone() && FhirFailure.saysReferredTo(failure));
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
    int size = entries.size();
    List<DeliveryPart> parts =
        only != null && only < size
            ? List.of(slice(0, only), slice(only, only + 1), slice(only + 1, size))
            : List.of(slice(0, size / 2), slice(size / 2, size));
    return parts.stream().filter(part -> !part.entries().isEmpty()).toList();
  }

  private DeliveryPart slice(int from, int to) {
    return new DeliveryPart(
        request, sent.subList(from, to), entries.subList(from, to), refusals, version, describer);
  }

  /**
   * Makes sure that the server took every entry.
   *
   * @param outcome what it answered, a Bundle as JSON
   * @throws UnclassifiedServerFailureException when an entry is missing or failed, or it is no
   *     JSON; worth a retry
   */
  public void requireTaken(String outcome) {
    JsonNode answers = answers(outcome);
    for (JsonNode answer : answers) {
      if (!answer.path("response").path("status").asText().startsWith("2")) {
        throw notTaken();
      }
    }
    if (answers.size() != entries.size() + (describer == null ? 0 : 1)) {
      throw notTaken();
    }
  }

  private static JsonNode answers(String outcome) {
    try {
      return JSON.readTree(outcome).path("entry");
    } catch (JsonProcessingException e) {
      throw new UnclassifiedServerFailureException(200, "the answer cannot be read");
    }
  }

  private static UnclassifiedServerFailureException notTaken() {
    return new UnclassifiedServerFailureException(200, "the server did not take every entry");
  }

  /** Camel computes it whenever an expression reads the body, and the JSON is long. */
  @Override
  public int hashCode() {
    return request.hashCode();
  }

  /** Counts only: the rest is health data. */
  @Override
  public String toString() {
    return "DeliveryPart[" + entries.size() + " of " + request.id() + "]";
  }
}
