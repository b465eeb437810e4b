package org.vitalroutes.fhir.wire;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.hl7.fhir.convertors.factory.VersionConvertorFactory_40_50;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.SampledData;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r5.model.Resource;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.ResourceJson;

/**
 * R5 resources, which everything is translated to, in the version of the FHIR server. Only this way
 * round: what a server has is changed as it is there (docs/decisions/0028).
 */
public final class WireFormat {

  /** What R5 says in a resource of its own: the patient of a Device, in earlier versions. */
  public static final String DEVICE_PATIENT =
      "http://hl7.org/fhir/4.0/StructureDefinition/extension-Device.patient";

  private static final BigDecimal MILLIS_OF_A_SECOND = BigDecimal.valueOf(1000);

  private WireFormat() {}

  /** The compact JSON of a resource in a version, as it is sent. */
  public static String json(Resource resource, FhirVersion version) {
    return ResourceJson.of(inVersion(resource, version));
  }

  /** A resource in a version. */
  public static IBaseResource inVersion(Resource resource, FhirVersion version) {
    if (version.isR5()) {
      return resource;
    }
    var converted = VersionConvertorFactory_40_50.convertResource(resource);
    if (converted instanceof Observation observation) {
      lay((org.hl7.fhir.r5.model.Observation) resource, observation);
    } else if (converted instanceof Device device && device.hasExtension(DEVICE_PATIENT)) {
      device.setPatient((Reference) device.getExtensionByUrl(DEVICE_PATIENT).getValue());
      device.getExtension().removeIf(each -> each.getUrl().equals(DEVICE_PATIENT));
    } else if (converted instanceof StructureDefinition definition) {
      definition.setFhirVersion(
          version == FhirVersion.R4 ? FHIRVersion._4_0_1 : FHIRVersion.fromCode("4.3.0"));
    }
    return converted;
  }

  /**
   * What was read from a server, to look at and not to send back; null when it is no such thing.
   */
  public static <T extends Resource> @Nullable T inR5(IBaseResource read, Class<T> type) {
    Resource r5 =
        read instanceof org.hl7.fhir.r4.model.Resource r4
            ? VersionConvertorFactory_40_50.convertResource(r4)
            : (Resource) read;
    return type.isInstance(r5) ? type.cast(r5) : null;
  }

  /** The version of a resource that was read; R4 for R4B too. */
  public static FhirVersion versionOf(IBaseResource read) {
    return read instanceof Resource ? FhirVersion.R5 : FhirVersion.R4;
  }

  /** Lays series with offsets, which R4 does not have, on a grid. */
  private static void lay(org.hl7.fhir.r5.model.Observation r5, Observation r4) {
    if (r5.hasValueSampledData()) {
      // It could not be split, and no kind has one.
      throw new IllegalArgumentException("a series is the value of a component");
    }
    if (r5.getComponent().stream().noneMatch(part -> part.hasValueSampledData())) {
      return;
    }
    List<ObservationComponentComponent> parts = List.copyOf(r4.getComponent());
    r4.getComponent().clear();
    for (int i = 0; i < parts.size(); i++) {
      ObservationComponentComponent part = parts.get(i);
      if (part.hasValueSampledData()) {
        var series = r5.getComponent().get(i).getValueSampledData();
        Iterator<SampledData> grids = grids(series, part.getValueSampledData()).iterator();
        while (grids.hasNext()) {
          r4.addComponent(part.copy().setValue(grids.next()));
        }
      } else {
        r4.addComponent(part);
      }
    }
  }

  private static List<SampledData> grids(
      org.hl7.fhir.r5.model.SampledData series, SampledData converted) {
    BigDecimal unit = millis(series.getIntervalUnit());
    if (!series.hasOffsets()) {
      return List.of(converted.setPeriod(series.getInterval().multiply(unit)));
    }
    return SampledGrid.of(
            Arrays.stream(series.getOffsets().split(" ")).mapToLong(Long::parseLong).toArray(),
            series.getData().split(" "))
        .stream()
        .map(
            grid ->
                converted
                    .copy()
                    .setPeriod(BigDecimal.valueOf(grid.step()).multiply(unit))
                    .setData(grid.data()))
        .toList();
  }

  private static BigDecimal millis(String intervalUnit) {
    return switch (intervalUnit) {
      case "ms" -> BigDecimal.ONE;
      case "s" -> MILLIS_OF_A_SECOND;
      default -> throw new IllegalArgumentException("no series has the unit " + intervalUnit);
    };
  }
}
