package org.vitalroutes.operations;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Skipped;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Envelope;
import org.vitalroutes.withings.JsonFieldException;
import org.vitalroutes.withings.VendorDetail;

/**
 * A Withings reply to translate without an account: nothing is stored, sent or counted.
 *
 * @param reply the envelope's body
 * @param details the bodies of the replies about single rows, by {@code DetailedRow.rowId}
 */
public record DryRun(
    DataKind kind, JsonNode reply, Map<String, List<JsonNode>> details, FhirVersion version) {

  /** Of nobody: part of every key, and with it of every resource id. */
  private static final AccountRef ACCOUNT =
      new AccountRef(new UUID(0, 0), "withings", "example", "0", "example");

  public DryRun {
    details = Map.copyOf(details);
  }

  /**
   * Reads it from a body: {@code {"kind": …, "reply": …, "fhir_version": …, "details": {…}}}.
   *
   * @param wanted the setting FHIR_VERSION, for a body that names no version; R5 when it is auto
   * @throws ApiException when the body or a reply is invalid
   */
  public static DryRun of(@Nullable String body, String wanted) {
    Fields fields = Fields.of(body, Set.of("kind", "reply", "fhir_version", "details"));
    DataKind kind = Inputs.required("kind", Inputs.kind(fields.text("kind")));
    List<String> versions = Stream.of(FhirVersion.values()).map(Enum::name).toList();
    String version = Inputs.oneOf("fhir_version", fields.text("fhir_version"), versions);
    if (version == null) {
      version = versions.contains(wanted) ? wanted : FhirVersion.R5.name();
    }
    JsonNode reply = fields.node("reply");
    return new DryRun(
        kind,
        reply.isArray()
            ? JsonNodeFactory.instance.objectNode().set(list(kind), reply)
            : unwrapped(reply),
        details(fields.node("details")),
        FhirVersion.valueOf(version));
  }

  /** The list of rows alone, as recordings of replies have it, is taken too. */
  private static String list(DataKind kind) {
    return switch (kind) {
      case MEASURES -> "measuregrps";
      case ACTIVITY -> "activities";
      case WORKOUTS, SLEEP, ECG -> "series";
    };
  }

  private static Map<String, List<JsonNode>> details(JsonNode details) {
    Map<String, List<JsonNode>> bodies = new LinkedHashMap<>();
    if (!details.isObject() && !details.isMissingNode() && !details.isNull()) {
      throw Inputs.refused("invalid_details", "details is an object with a reply for each row");
    }
    for (Map.Entry<String, JsonNode> each : details.properties()) {
      List<JsonNode> replies = new ArrayList<>();
      Iterable<JsonNode> sent =
          each.getValue().isArray() ? each.getValue() : List.of(each.getValue());
      sent.forEach(reply -> replies.add(unwrapped(reply)));
      bodies.put(each.getKey(), replies);
    }
    return bodies;
  }

  private static JsonNode unwrapped(JsonNode reply) {
    if (!reply.isObject()) {
      throw Inputs.refused("invalid_reply", "reply is a Withings answer, a JSON object");
    }
    return asReply(
        () ->
            reply.has("status")
                ? Envelope.unwrap(reply)
                : reply.has("body") ? reply.get("body") : reply);
  }

  /**
   * Translates it, as real work is translated.
   *
   * @param now when the reply is taken to have come
   * @throws ApiException when the reply is none about the kind, or an edited table is wrong
   */
  public Result run(Mapping mapping, Instant now) {
    String problem = mapping.problem();
    if (problem != null) {
      throw new ApiException(409, "invalid_table", problem);
    }
    Translators translators = mapping.withAllDetails();
    FetchRequest fetch =
        FetchRequest.first(
            new SyncRequest(
                0,
                0,
                0,
                ACCOUNT,
                kind,
                Priority.LIVE,
                null,
                Instant.EPOCH,
                1,
                new UUID(0, 0),
                "",
                Instant.EPOCH),
            now);
    return asReply(() -> translate(translators, new VendorReply(fetch, reply)));
  }

  private Result translate(Translators translators, VendorReply page) {
    Map<String, Produced> produced = new LinkedHashMap<>();
    Map<Skip, Integer> skipped = new LinkedHashMap<>();
    add(translators.page(page).translation(), produced, skipped);
    for (DetailCall call : translators.details(page)) {
      List<JsonNode> bodies = details.getOrDefault(call.row().rowId(), List.of());
      add(translators.detail(new VendorDetail(call, bodies)), produced, skipped);
    }
    return new Result(
        bundle(produced.values()),
        skipped.entrySet().stream()
            .map(each -> new Skip(each.getKey().reason(), each.getKey().path(), each.getValue()))
            .toList());
  }

  /** Adds what would be sent and what would be counted; held Observations are not sent. */
  private static void add(
      Translation translation, Map<String, Produced> produced, Map<Skip, Integer> skipped) {
    for (Produced each : translation.sendable(Set.of(), Set.of())) {
      if (each.unlessKnown()) {
        produced.putIfAbsent(each.key(), each);
      } else {
        produced.put(each.key(), each);
      }
    }
    for (Skipped each : translation.skipped()) {
      skipped.merge(new Skip(each.reason().code(), each.path(), 0), each.count(), Integer::sum);
    }
    if (!translation.held().isEmpty()) {
      skipped.merge(new Skip("held", null, 0), translation.held().size(), Integer::sum);
    }
  }

  private String bundle(Collection<Produced> produced) {
    return produced.stream()
        .map(Produced::resource)
        .map(
            resource ->
                "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"%s/%s\"}}"
                    .formatted(
                        WireFormat.json(resource, version),
                        resource.fhirType(),
                        resource.getIdElement().getIdPart()))
        .collect(
            joining(
                ",", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[", "]}"));
  }

  /** What a reply is refused with while it is read. */
  private static <T> T asReply(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ProviderRefusedException
        | ProviderUnauthorizedException
        | ProviderUnavailableException
        | JsonFieldException e) {
      throw Inputs.refused("invalid_reply", String.valueOf(e.getMessage()));
    }
  }

  /**
   * What a reply becomes.
   *
   * @param bundle a transaction as it would be sent, as JSON
   */
  public record Result(@JsonRawValue String bundle, List<Skip> skipped) {

    public Result {
      skipped = List.copyOf(skipped);
    }

    /** Counts only: the rest is health data. */
    @Override
    public String toString() {
      return "Result[" + skipped.size() + " skipped]";
    }
  }

  /**
   * What was left out.
   *
   * @param path a field or a measure type; null when a whole row or group was left out
   */
  public record Skip(String reason, @Nullable String path, int count) {}

  /** Names the kind only: the reply is health data. */
  @Override
  public String toString() {
    return "DryRun[" + kind.code() + "]";
  }
}
