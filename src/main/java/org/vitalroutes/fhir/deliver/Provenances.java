package org.vitalroutes.fhir.deliver;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.DeviceNameType;
import org.hl7.fhir.r5.model.InstantType;
import org.hl7.fhir.r5.model.Provenance;
import org.hl7.fhir.r5.model.Reference;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.Sha256;
import org.vitalroutes.sync.SyncRequest;

/**
 * Makes the Provenance of a transaction: which software wrote the resources, in which version, and
 * that they came from Withings.
 */
public final class Provenances {
  private static final String SOFTWARE = "Vitalroutes";
  private static final String CONTAINED = "software";

  private final Identifiers identifiers;
  private final String version;

  /**
   * @param version of this software
   */
  public Provenances(Identifiers identifiers, String version) {
    this.identifiers = identifiers;
    this.version = version;
  }

  /**
   * The Provenance of what is sent. The same content always has the same id, and every try of a
   * request the same bytes.
   */
  Produced of(SyncRequest request, List<Delivered> entries) {
    AccountRef account = request.account();
    String patient = Objects.requireNonNull(account.patientId());
    String key = Identifiers.provenanceKey(account.externalUserId(), digest(entries));
    Instant newest = Collections.max(entries.stream().map(Delivered::effective).toList());
    Provenance provenance = new Provenance();
    provenance.setId(identifiers.id(patient, key));
    provenance.addContained(software());
    entries.forEach(
        entry ->
            provenance.addTarget(new Reference(entry.resourceType() + "/" + entry.resourceId())));
    provenance.setRecordedElement(new InstantType(recorded(request, newest).toString()));
    provenance.setPatient(new Reference(account.patientReference()));
    provenance
        .addAgent()
        .setType(
            new CodeableConcept(
                new Coding(
                    "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                    "assembler",
                    "Assembler")))
        .setWho(new Reference("#" + CONTAINED));
    provenance
        .addEntity()
        .setRole(Provenance.ProvenanceEntityRole.SOURCE)
        .setWhat(
            new Reference()
                .setIdentifier(identifiers.source(account.provider()))
                .setDisplay("Withings"));
    return new Produced(key, newest, provenance);
  }

  /**
   * When the request was made, which every try of it knows; a request that waits takes in what is
   * measured meanwhile, so not before that.
   */
  private static Instant recorded(SyncRequest request, Instant newest) {
    Instant requested = request.requestedAt().truncatedTo(ChronoUnit.SECONDS);
    return requested.isBefore(newest) ? newest : requested;
  }

  private Device software() {
    Device software = new Device();
    software.setId(CONTAINED);
    software.addName().setValue(SOFTWARE).setType(DeviceNameType.USERFRIENDLYNAME);
    software.addVersion().setValue(version);
    return software;
  }

  private static String digest(List<Delivered> entries) {
    return Sha256.hex(
        entries.stream()
            .map(entry -> entry.key() + " " + entry.contentHash())
            .sorted()
            .collect(Collectors.joining("\n")));
  }
}
