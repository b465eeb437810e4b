package org.vitalroutes.testsupport;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.r5.formats.JsonParser;
import org.hl7.fhir.r5.model.CodeSystem;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.ValueSet;

/**
 * The part of FHIR R5's own definitions that our resources use. HAPI's default support reads three
 * whole packages, which takes most of a minute; this class reads only the types, profiles and value
 * sets named here, without narratives.
 */
final class SlimR5Definitions {
  private static final String PACKAGE = "/org/hl7/fhir/r5/packages/hl7.fhir.r5.core-5.0.0.tgz";
  private static final String BASE = "http://hl7.org/fhir/";

  private static final Set<String> STRUCTURES =
      Set.of(
          """
          base64Binary boolean canonical code date dateTime decimal id instant integer integer64
          markdown oid positiveInt string time unsignedInt uri url uuid xhtml
          Base Element DataType PrimitiveType BackboneElement BackboneType Extension Narrative Meta
          Annotation Attachment CodeableConcept CodeableReference Coding ContactPoint Count Duration
          HumanName Address Identifier Period Quantity SimpleQuantity Range Ratio Reference
          SampledData Signature Timing
          Resource DomainResource Observation Device DeviceAssociation DeviceMetric Bundle Patient Provenance RelatedPerson CareTeam
          Practitioner PractitionerRole Organization OperationOutcome CodeSystem ConceptMap ContactDetail
          UsageContext RelatedArtifact
          vitalsigns bodyweight bodyheight bp heartrate oxygensat bodytemp bmi resprate
          """
              .split("\\s+"));

  /** Elements for human readers, which validation does not use. */
  private static final List<String> PROSE =
      List.of(
          "text",
          "differential",
          "mapping",
          "definition",
          "comment",
          "requirements",
          "alias",
          "short",
          "example",
          "purpose",
          "copyright",
          "contact",
          "description",
          "useContext");

  private final ObjectMapper json = new ObjectMapper();
  private final JsonParser fhir = new JsonParser();
  private final Map<String, byte[]> terminology = new HashMap<>();
  private final Set<String> valueSets = new TreeSet<>();
  private final PrePopulatedValidationSupport support;

  private SlimR5Definitions(FhirContext context) {
    support = new PrePopulatedValidationSupport(context);
  }

  static PrePopulatedValidationSupport load(FhirContext context) {
    SlimR5Definitions definitions = new SlimR5Definitions(context);
    try {
      definitions.readPackage();
      definitions.addValueSets();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return definitions.support;
  }

  private void readPackage() throws IOException {
    try (InputStream packed = SlimR5Definitions.class.getResourceAsStream(PACKAGE);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GZIPInputStream(packed, 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName();
        if (!name.startsWith("package/") || !name.endsWith(".json")) {
          continue;
        }
        String file = name.substring("package/".length(), name.length() - ".json".length());
        if (file.startsWith("ValueSet-") || file.startsWith("CodeSystem-")) {
          terminology.put(file, tar.readAllBytes());
        } else if (file.startsWith("StructureDefinition-")
            && STRUCTURES.contains(file.substring("StructureDefinition-".length()))) {
          addStructure(json.readTree(tar.readAllBytes()));
        }
      }
    }
  }

  private void addStructure(JsonNode definition) throws IOException {
    for (JsonNode element : definition.path("snapshot").path("element")) {
      JsonNode binding = element.path("binding");
      if (List.of("required", "extensible").contains(binding.path("strength").asText())) {
        valueSets.add(binding.path("valueSet").asText());
      }
    }
    support.addStructureDefinition((StructureDefinition) parse(definition));
  }

  private void addValueSets() throws IOException {
    Set<String> systems = new TreeSet<>();
    for (String canonical : valueSets) {
      byte[] bytes = terminology.get("ValueSet-" + idOf(canonical, BASE + "ValueSet/"));
      if (bytes != null) {
        JsonNode valueSet = json.readTree(bytes);
        support.addValueSet((ValueSet) parse(valueSet));
        valueSet
            .path("compose")
            .path("include")
            .forEach(include -> systems.add(include.path("system").asText()));
      }
    }
    for (String system : systems) {
      byte[] bytes = terminology.get("CodeSystem-" + idOf(system, BASE));
      if (bytes != null) {
        support.addCodeSystem((CodeSystem) parse(json.readTree(bytes)));
      }
    }
  }

  /** The part of a canonical after the base, without version; empty for another base. */
  private static String idOf(String canonical, String base) {
    String url = canonical.replaceFirst("\\|.*", "");
    return url.startsWith(base) ? url.substring(base.length()) : "";
  }

  private Resource parse(JsonNode definition) throws IOException {
    ObjectNode root = (ObjectNode) definition;
    root.remove(PROSE);
    for (JsonNode element : root.path("snapshot").path("element")) {
      ((ObjectNode) element).remove(PROSE);
    }
    return fhir.parse(json.writeValueAsBytes(root));
  }
}
