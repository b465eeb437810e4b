package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Enumerations.BindingStrength;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * The part of FHIR R4's own definitions that our resources use, as {@link SlimR5Definitions} is of
 * R5. They come as XML Bundles of 27 MB, of which only the entries named here are parsed.
 */
final class SlimR4Definitions {
  private static final String FOLDER = "/org/hl7/fhir/r4/model/";
  private static final Pattern URL = Pattern.compile("<url value=\"([^\"]+)\"");

  private static final Set<String> STRUCTURES =
      Set.of(
          """
          base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid
          positiveInt string time unsignedInt uri url uuid xhtml
          Element BackboneElement Extension Narrative Meta Annotation Attachment CodeableConcept
          Coding ContactPoint Count Duration HumanName Address Identifier Period Quantity
          SimpleQuantity Range Ratio Reference SampledData Signature Timing
          Resource DomainResource Observation Device DeviceMetric Bundle Patient Provenance RelatedPerson CareTeam
          Practitioner PractitionerRole Organization OperationOutcome CodeSystem ConceptMap
          ContactDetail UsageContext RelatedArtifact StructureDefinition ElementDefinition
          vitalsigns bodyweight bodyheight bp heartrate oxygensat bodytemp bmi resprate
          """
              .split("\\s+"));

  private final IParser xml = FhirContext.forR4Cached().newXmlParser();
  private final PrePopulatedValidationSupport support =
      new PrePopulatedValidationSupport(FhirContext.forR4Cached());
  private final Map<String, String> terminology = new HashMap<>();
  private final Set<String> valueSets = new TreeSet<>();

  private SlimR4Definitions() {}

  static PrePopulatedValidationSupport load() {
    SlimR4Definitions definitions = new SlimR4Definitions();
    BiConsumer<String, String> structure = definitions::addStructure;
    read("profile/profiles-types.xml", structure);
    read("profile/profiles-resources.xml", structure);
    read("profile/profiles-others.xml", structure);
    read("valueset/valuesets.xml", definitions.terminology::put);
    definitions.valueSets.forEach(definitions::addValueSet);
    return definitions.support;
  }

  /** Passes on each entry of a Bundle by its URL. */
  private static void read(String file, BiConsumer<String, String> entry) {
    try (InputStream bytes = SlimR4Definitions.class.getResourceAsStream(FOLDER + file)) {
      String text = new String(bytes.readAllBytes(), UTF_8);
      int from = text.indexOf("<resource>");
      while (from >= 0) {
        int to = text.indexOf("</resource>", from);
        String resource = text.substring(from + "<resource>".length(), to);
        Matcher url = URL.matcher(resource);
        if (url.find()) {
          entry.accept(url.group(1), resource);
        }
        from = text.indexOf("<resource>", to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addStructure(String url, String resource) {
    if (!STRUCTURES.contains(url.substring(url.lastIndexOf('/') + 1))
        || !resource.strip().startsWith("<StructureDefinition")) {
      return;
    }
    StructureDefinition definition = (StructureDefinition) parse(resource);
    for (ElementDefinition element : definition.getSnapshot().getElement()) {
      ElementDefinition.ElementDefinitionBindingComponent binding = element.getBinding();
      if (binding.hasValueSet()
          && (binding.getStrength() == BindingStrength.REQUIRED
              || binding.getStrength() == BindingStrength.EXTENSIBLE)) {
        valueSets.add(binding.getValueSet().replaceFirst("\\|.*", ""));
      }
    }
    support.addStructureDefinition(definition);
  }

  private void addValueSet(String url) {
    if (!terminology.containsKey(url)) {
      return;
    }
    ValueSet valueSet = (ValueSet) parse(terminology.get(url));
    support.addValueSet(valueSet);
    for (ValueSet.ConceptSetComponent include : valueSet.getCompose().getInclude()) {
      String system = include.getSystem();
      if (system != null && terminology.containsKey(system)) {
        support.addCodeSystem((CodeSystem) parse(terminology.get(system)));
      }
    }
  }

  private Resource parse(String resource) {
    return (Resource) xml.parseResource(resource);
  }
}
