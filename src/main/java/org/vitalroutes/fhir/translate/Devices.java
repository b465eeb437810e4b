package org.vitalroutes.fhir.translate;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.DeviceNameType;
import org.hl7.fhir.r5.model.Reference;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.withings.MeasureGroup;
import org.vitalroutes.withings.RowDevice;

/**
 * What measured. A Device is made of its hash, model number, model name and type alone, so that it
 * is always the same.
 */
public final class Devices {
  private static final String MDC = "urn:iso:std:iso:11073:10101";
  private static final String MANUFACTURER = "Withings";

  private static final Map<Integer, String> MODEL_NAMES =
      Map.ofEntries(
          Map.entry(44, "BPM Core"),
          Map.entry(51, "Pulse"),
          Map.entry(54, "Go"),
          Map.entry(58, "Pulse HR"),
          Map.entry(59, "Steel HR"),
          Map.entry(63, "Aura Sensor V2"),
          Map.entry(90, "Move"),
          Map.entry(91, "Move ECG"),
          Map.entry(93, "ScanWatch"),
          Map.entry(94, "ScanWatch 2"),
          Map.entry(95, "ScanWatch Light"));

  private final Identifiers identifiers;

  public Devices(Identifiers identifiers) {
    this.identifiers = identifiers;
  }

  /**
   * The same translation, its devices written as Withings lists them: a Device is then the same
   * whichever kind of data refers to it. One that Withings does not list stays as its rows tell.
   *
   * @param listed by hash
   */
  public Translation asListed(
      Translation translation, Subject subject, Map<String, KnownDevice> listed) {
    Map<String, KnownDevice> byKey =
        listed.values().stream()
            .collect(
                toMap(
                    device -> Identifiers.deviceKey(subject.userId(), device.hash()), identity()));
    return translation.producing(
        translation.produced().stream().map(each -> asListed(each, subject, byKey)).toList());
  }

  private Produced asListed(Produced produced, Subject subject, Map<String, KnownDevice> byKey) {
    KnownDevice known = byKey.get(produced.key());
    return known == null
        ? produced
        : new Produced(produced.key(), produced.effective(), device(subject, known));
  }

  /** As Withings lists it. */
  Device device(Subject subject, KnownDevice known) {
    Device device = device(subject, known.hash(), known.modelId(), known.model());
    if (!device.hasType() && known.type() != null) {
      device.addType(Kind.conceptOf(known.type()));
    }
    return device;
  }

  /** The hash of the device that measured the group; empty for entries by hand. */
  static Optional<String> hash(MeasureGroup group) {
    boolean manual = group.attribution().filter(how -> how.isManual()).isPresent();
    return manual ? Optional.empty() : Optional.ofNullable(group.device().hash());
  }

  Reference reference(
      Subject subject, String hash, @Nullable Integer modelId, @Nullable String model) {
    String id = identifiers.id(subject.patientId(), Identifiers.deviceKey(subject.userId(), hash));
    Reference reference = new Reference("Device/" + id);
    if (model != null) {
      reference.setDisplay(
          new RowDevice(hash, modelId, model).isRelayed() ? model : MANUFACTURER + " " + model);
    }
    return reference;
  }

  /** The reference to what recorded a row; empty when the row does not tell. */
  Optional<Reference> reference(Subject subject, RowDevice row) {
    return Optional.ofNullable(row.hash())
        .map(hash -> reference(subject, hash, row.modelId(), modelName(row)));
  }

  /**
   * The device of a row, which describes it less fully than a measure and must not overwrite that.
   */
  Optional<Produced> produced(Subject subject, RowDevice row, Instant lastUsed) {
    return Optional.ofNullable(row.hash())
        .map(
            hash ->
                Produced.unlessKnown(
                    Identifiers.deviceKey(subject.userId(), hash),
                    lastUsed,
                    device(subject, hash, row.modelId(), modelName(row))));
  }

  /** As Withings names the models in its other replies, for rows that hold the number only. */
  private static @Nullable String modelName(RowDevice row) {
    return row.model() != null || row.modelId() == null
        ? row.model()
        : MODEL_NAMES.get(row.modelId());
  }

  Device device(Subject subject, String hash, @Nullable Integer modelId, @Nullable String model) {
    Device device = new Device();
    device.setId(
        identifiers.id(subject.patientId(), Identifiers.deviceKey(subject.userId(), hash)));
    device.addIdentifier(identifiers.device(hash));
    device.setStatus(Device.FHIRDeviceStatus.ACTIVE);
    if (!new RowDevice(hash, modelId, model).isRelayed()) {
      device.setManufacturer(MANUFACTURER);
    }
    if (model != null) {
      device.setModelNumber(model);
      device.addName().setValue(model).setType(DeviceNameType.USERFRIENDLYNAME).setDisplay(true);
    }
    if (modelId != null) {
      device.addIdentifier(identifiers.deviceModel(modelId));
      Kind kind = Kind.of(modelId);
      if (kind != null) {
        device.addType(kind.concept());
      }
    }
    return device;
  }

  /** Kinds of device: Withings' word, and the ISO/IEEE 11073 specialization where one fits. */
  private enum Kind {
    SCALE("Scale", "528399", "MDC_DEV_SPEC_PROFILE_SCALE"),
    BODY_COMPOSITION_SCALE("Scale", "528404", "MDC_DEV_SPEC_PROFILE_BCA"),
    BLOOD_PRESSURE_MONITOR("Blood Pressure Monitor", "528391", "MDC_DEV_SPEC_PROFILE_BP"),
    THERMOMETER("Smart Connected Thermometer", "528392", "MDC_DEV_SPEC_PROFILE_TEMP"),
    ACTIVITY_TRACKER("Activity Tracker", "528425", "MDC_DEV_SPEC_PROFILE_HF_CARDIO"),
    SLEEP_MONITOR("Sleep Monitor", null, null);

    private final String text;
    private final @Nullable String code;
    private final @Nullable String display;

    Kind(String text, @Nullable String code, @Nullable String display) {
      this.text = text;
      this.code = code;
      this.display = display;
    }

    /** Null for models whose kind is not known for sure; new ones come every year. */
    static @Nullable Kind of(int modelId) {
      return switch (modelId) {
        case 1, 2, 3, 7, 21 -> SCALE;
        case 4, 5, 6, 9, 10, 18 -> BODY_COMPOSITION_SCALE;
        case 41, 42, 43, 44, 45, 46, 47, 48 -> BLOOD_PRESSURE_MONITOR;
        case 51, 52, 53, 54, 55, 58, 59, 90, 91, 92, 93, 94, 95 -> ACTIVITY_TRACKER;
        case 60, 61, 62, 63 -> SLEEP_MONITOR;
        case 70 -> THERMOMETER;
        default -> null;
      };
    }

    /** Of Withings' word; with a code when it is one of these. */
    static CodeableConcept conceptOf(String type) {
      return Stream.of(values())
          .filter(kind -> kind.text.equals(type))
          .findFirst()
          .map(Kind::concept)
          .orElseGet(() -> new CodeableConcept().setText(type));
    }

    CodeableConcept concept() {
      CodeableConcept concept = new CodeableConcept().setText(text);
      if (code != null) {
        concept.addCoding(new Coding(MDC, code, display));
      }
      return concept;
    }
  }
}
