package org.vitalroutes.fhir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a server's CapabilityStatement that Vitalroutes depends on.
 *
 * @param number its {@code fhirVersion}, such as {@code 4.0.1}
 * @param software name and version of the server software; may be empty
 * @param lacking required interactions that the server does not offer
 */
public record Capabilities(String number, String software, List<String> lacking) {

  /** Types whose resources are written under our ids. */
  private static final List<String> WRITTEN = List.of("Device", "Observation");

  /** Parses a server's answer; empty when it is no CapabilityStatement. */
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

  /** HAPI leaves {@code updateCreate} out, so only {@code false} counts as a refusal. */
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

  /** The version; empty when it is none of the supported ones. */
  public Optional<FhirVersion> version() {
    return FhirVersion.of(number);
  }
}
