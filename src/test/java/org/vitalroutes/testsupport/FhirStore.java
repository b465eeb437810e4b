package org.vitalroutes.testsupport;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.CacheControlDirective;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.util.BundleUtil;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.hl7.fhir.r5.model.Resource;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;

/** Reads the FHIR server as a clinician's application would. */
public final class FhirStore {

  private final IGenericClient client;
  private final String subjectSystem;

  /**
   * Reads a server.
   *
   * @param subjectSystem of the identifiers by which Patients are found
   * @param version of the server
   */
  FhirStore(URI baseUrl, String subjectSystem, FhirVersion version) {
    this.subjectSystem = subjectSystem;
    FhirContext context = version.isR5() ? FhirContext.forR5Cached() : FhirContext.forR4Cached();
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    context.getRestfulClientFactory().setSocketTimeout(60_000);
    client = context.newRestfulGenericClient(baseUrl.toString());
  }

  public String baseUrl() {
    return client.getServerBase();
  }

  public IGenericClient client() {
    return client;
  }

  /** The Patients created for a user. */
  public List<Patient> patientsOf(String subject) {
    return all("Patient?identifier=" + subjectSystem + "%7C" + subject, Patient.class);
  }

  /** All Observations of a user's Patient. */
  public List<Observation> observationsOf(String subject) {
    List<Patient> patients = patientsOf(subject);
    return patients.isEmpty()
        ? List.of()
        : all(
            "Observation?_count=200&patient=" + patients.get(0).getIdElement().getIdPart(),
            Observation.class);
  }

  /** The values, with their written precision, of a user's Observations with a LOINC code. */
  public List<String> valuesOf(String subject, String loinc) {
    return observationsOf(subject).stream()
        .filter(observation -> observation.getCode().hasCoding("http://loinc.org", loinc))
        .map(observation -> observation.getValueQuantity().getValue())
        .map(BigDecimal::toPlainString)
        .sorted()
        .toList();
  }

  /** The weights of a Patient. */
  public List<String> weightsOfPatient(String patientId) {
    return all("Observation?code=29463-7&patient=" + patientId, Observation.class).stream()
        .map(observation -> observation.getValueQuantity().getValue().toPlainString())
        .toList();
  }

  /** What a search finds, in the server's version. */
  public List<IBaseResource> search(String url) {
    List<IBaseResource> found = new ArrayList<>();
    IBaseBundle page =
        client.search().byUrl(url).cacheControl(CacheControlDirective.noCache()).execute();
    while (true) {
      found.addAll(BundleUtil.toListOfResources(client.getFhirContext(), page));
      if (BundleUtil.getLinkUrlOfType(client.getFhirContext(), page, "next") == null) {
        return found;
      }
      page = client.loadPage().next(page).execute();
    }
  }

  /** The same, read as R5 whatever the server's version is. */
  private <T extends Resource> List<T> all(String url, Class<T> type) {
    return search(url).stream().map(each -> WireFormat.inR5(each, type)).toList();
  }
}
