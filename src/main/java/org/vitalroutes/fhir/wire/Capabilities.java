package org.vitalroutes.fhir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server's CapabilityStatement says of what is needed.
 *
 * @param number its {@code fhirVersion}, such as {@code 4.0.1}
 * @param software what it is, for a person; may be empty
 * @param lacking what is needed and not offered, by name
 */
public record Capabilities(String number, String software, List<String> lacking) {

  /** Types whose resources are written under our ids. */
  private static final List<String> WRITTEN = List.of("Device", "Observation");

  /** Of a server's answer; empty when it is no CapabilityStatement. */
  public static Optional<Capabilities> of(JsonNode answer) {
    if (!answer.path("resourceType").asText().equals("CapabilityStatement")) {
      return Optional.empty();
    }
    JsonNode software = answer.path("software");
    return Optional.of(
        new Capabilities(
            answer.path("fhirVersion").asText(),
            (software.path("name").asText() + " " + software.path("version").asText()).strip(),
            lacking(answer.path("rest").path(0))));
  }

  /** A statement without the part about REST says nothing of what the server lacks. */
  private static List<String> lacking(JsonNode rest) {
    List<String> lacking = new ArrayList<>();
    if (!rest.isMissingNode()) {
      if (!offers(rest, "transaction")) {
        lacking.add("transaction");
      }
      for (String type : WRITTEN) {
        if (!isWritable(rest, type)) {
          lacking.add("update of " + type + " that creates");
        }
      }
    }
    return List.copyOf(lacking);
  }

  /** HAPI does not say whether an update creates: only a plain no counts. */
  private static boolean isWritable(JsonNode rest, String type) {
    for (JsonNode resource : rest.path("resource")) {
      if (resource.path("type").asText().equals(type)) {
        return offers(resource, "update") && resource.path("updateCreate").asBoolean(true);
      }
    }
    return false;
  }

  private static boolean offers(JsonNode node, String interaction) {
    for (JsonNode each : node.path("interaction")) {
      if (each.path("code").asText().equals(interaction)) {
        return true;
      }
    }
    return false;
  }

  /** The version, when it is one that can be sent. */
  public Optional<FhirVersion> version() {
    return FhirVersion.of(number);
  }
}
