package org.vitalroutes.fhir.translate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.DeviceAssociation;
import org.hl7.fhir.r5.model.Reference;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.sync.KnownDevice;

/**
 * Says of a device that has one user whose it is: in R5 by a DeviceAssociation, before that by the
 * Device's patient. That is an activity tracker, which Withings lets one user have, as long as this
 * account alone lists it.
 */
public final class DeviceUsers {
  private static final String STATUS = "http://hl7.org/fhir/deviceassociation-status";

  private final Identifiers identifiers;
  private final Devices devices;

  public DeviceUsers(Identifiers identifiers) {
    this.identifiers = identifiers;
    this.devices = new Devices(identifiers);
  }

  /** Keys of all that may say whose a device is. */
  public static Stream<String> keys(Subject subject, Collection<KnownDevice> listed) {
    return listed.stream()
        .filter(KnownDevice::isWorn)
        .flatMap(
            device ->
                Stream.of(
                    Identifiers.deviceKey(subject.userId(), device.hash()),
                    Identifiers.wearerKey(subject.userId(), device.hash())));
  }

  /**
   * The same resources, with the users of the devices among them. What was said of a device that
   * has one user no longer is taken back, whether or not it is among them.
   *
   * @param listed the account's devices
   * @param delivered which of {@link #keys} the FHIR server has
   */
  public List<Produced> mark(
      List<Produced> produced,
      Subject subject,
      Collection<KnownDevice> listed,
      Set<String> delivered,
      FhirVersion version) {
    if (produced.isEmpty() || listed.isEmpty()) {
      return produced;
    }
    Map<String, Produced> marked =
        produced.stream()
            .collect(
                Collectors.toMap(
                    Produced::key, Function.identity(), (one, other) -> other, TreeMap::new));
    List<Produced> taken = new ArrayList<>();
    for (KnownDevice known : listed.stream().filter(KnownDevice::isWorn).toList()) {
      String deviceKey = Identifiers.deviceKey(subject.userId(), known.hash());
      String wearerKey = Identifiers.wearerKey(subject.userId(), known.hash());
      Optional<Produced> device =
          Optional.ofNullable(marked.get(deviceKey)).filter(each -> !each.unlessKnown());
      Produced newest = device.orElse(produced.get(0));
      if (version.isR5()) {
        if (known.oneUser() ? device.isPresent() : delivered.contains(wearerKey)) {
          taken.add(
              new Produced(
                  wearerKey,
                  newest.effective(),
                  association(wearerKey, subject, known, deviceKey)));
        }
      } else if (known.oneUser()) {
        device.ifPresent(
            each -> marked.put(deviceKey, each.with(ofPatient((Device) each.resource(), subject))));
      } else if (device.isEmpty() && delivered.contains(deviceKey)) {
        taken.add(new Produced(deviceKey, newest.effective(), devices.device(subject, known)));
      }
    }
    return Stream.concat(
            produced.stream().map(each -> marked.getOrDefault(each.key(), each)), taken.stream())
        .toList();
  }

  private static Device ofPatient(Device device, Subject subject) {
    Device worn = device.copy();
    worn.addExtension(WireFormat.DEVICE_PATIENT, new Reference(subject.patientReference()));
    return worn;
  }

  private DeviceAssociation association(
      String key, Subject subject, KnownDevice known, String deviceKey) {
    DeviceAssociation association = new DeviceAssociation();
    association.setId(identifiers.id(subject.patientId(), key));
    association.addIdentifier(identifiers.device(known.hash()));
    association.setDevice(
        new Reference("Device/" + identifiers.id(subject.patientId(), deviceKey)));
    association.setStatus(
        new CodeableConcept(
            known.oneUser()
                ? new Coding(STATUS, "attached", "Attached")
                : new Coding(STATUS, "unknown", "Unknown")));
    association.setSubject(new Reference(subject.patientReference()));
    return association;
  }
}
