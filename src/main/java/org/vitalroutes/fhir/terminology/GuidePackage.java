package org.vitalroutes.fhir.terminology;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.hl7.fhir.r5.model.CanonicalResource;
import org.hl7.fhir.r5.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r5.model.ImplementationGuide;
import org.hl7.fhir.r5.model.Reference;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;

/**
 * The code systems, the map and the profiles as an NPM package of FHIR, which validators, servers
 * and the tools of implementation guides load.
 */
public final class GuidePackage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "org.vitalroutes.withings.";
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;

  private final Identifiers identifiers;
  private final String release;

  /**
   * @param release version of the package
   */
  public GuidePackage(Identifiers identifiers, String release) {
    this.identifiers = identifiers;
    this.release = release;
  }

  /** The package for a version of FHIR, as a gzipped tar; the same bytes every time. */
  public byte[] of(FhirVersion version) {
    List<CanonicalResource> resources = new ArrayList<>(new Terminology(identifiers).resources());
    resources.add(guide(resources, version));
    Map<String, String> files = new TreeMap<>();
    files.put("package/package.json", manifest(version));
    resources.forEach(
        each ->
            files.put(
                "package/" + each.fhirType() + "-" + each.getIdPart() + ".json",
                WireFormat.json(each, version)));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream tar = new GZIPOutputStream(packed)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        write(tar, file.getKey(), file.getValue().getBytes(UTF_8));
      }
      tar.write(new byte[2 * BLOCK]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private ImplementationGuide guide(List<CanonicalResource> resources, FhirVersion version) {
    ImplementationGuide guide = new ImplementationGuide();
    guide.setId(identifiers.id("ImplementationGuide/withings"));
    guide.setUrl(identifiers.guide());
    Terminology.describe(guide, "WithingsObservations", "Observations of Withings data");
    guide.setVersion(release);
    guide.setPackageId(NAME + name(version));
    guide.addFhirVersion(FHIRVersion.fromCode(number(version)));
    resources.forEach(
        each ->
            guide
                .getDefinition()
                .addResource()
                .setName(each.getTitle())
                .setReference(new Reference(each.fhirType() + "/" + each.getIdPart())));
    return guide;
  }

  private String manifest(FhirVersion version) {
    ObjectNode manifest =
        JSON.createObjectNode()
            .put("name", NAME + name(version))
            .put("version", release)
            .put("type", "IG")
            .put("canonical", identifiers.guide())
            .put("title", "Observations of Withings data")
            .put("description", "Code systems, profiles and the map to LOINC of Vitalroutes")
            .put("author", "Vitalroutes")
            .put("license", "Apache-2.0");
    manifest.putArray("fhirVersions").add(number(version));
    manifest.putObject("dependencies").put("hl7.fhir." + name(version) + ".core", number(version));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(FhirVersion version) {
    return version.name().toLowerCase(Locale.ROOT);
  }

  private static String number(FhirVersion version) {
    return switch (version) {
      case R4 -> "4.0.1";
      case R4B -> "4.3.0";
      case R5 -> "5.0.0";
    };
  }

  /** An entry of a tar in the format ustar. */
  private static void write(OutputStream tar, String name, byte[] content) throws IOException {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "%011o".formatted(0));
    put(header, CHECKSUM_AT, " ".repeat(8));
    put(header, 156, "0");
    put(header, 257, "ustar\000" + "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, CHECKSUM_AT, "%06o\000".formatted(sum));
    tar.write(header);
    tar.write(content);
    tar.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
