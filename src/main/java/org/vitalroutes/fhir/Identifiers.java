package org.vitalroutes.fhir;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import org.hl7.fhir.r5.model.Identifier;
import org.vitalroutes.withings.HeartRecording;

/**
 * The names under which resources are written. A key says what a resource is of, as {@code
 * meas-5149666502-1}; its id is computed from the key, so writing twice ends in one resource. Ids
 * and systems lie under a namespace that the operator owns; changing it later writes everything
 * anew.
 */
public final class Identifiers {
  /** Setting {@code FHIR_NAMESPACE}. */
  public static final String DEFAULT_NAMESPACE = "urn:vitalroutes:withings";

  private static final String ID_PREFIX = "wth-";
  private static final int ID_DIGITS = 40;

  private final String namespace;

  public Identifiers(String namespace) {
    if (!namespace.matches("[A-Za-z][A-Za-z0-9+.-]*:[^\\s|]*[^\\s|/]")) {
      throw new IllegalArgumentException(
          "The FHIR namespace must be an absolute URI without blanks, '|' and a slash at its end: "
              + namespace);
    }
    this.namespace = namespace;
  }

  /**
   * The logical id of the resource with this key: {@code wth-} and the first 40 hex digits of
   * SHA-256 over {@code namespace|key}. Never only digits and without {@code _}, as HAPI refuses
   * both.
   */
  public String id(String key) {
    return ID_PREFIX + Sha256.hex(namespace + "|" + key).substring(0, ID_DIGITS);
  }

  /** {@code meas-<group>-<what>}, where what is a type, a type and a position, or a panel. */
  public static String measureKey(long grpid, String what) {
    return "meas-" + grpid + "-" + what;
  }

  /** {@code act-<user>-<yyyymmdd>-<what>}. */
  public static String activityKey(String userId, LocalDate day, String what) {
    return "act-" + userId + "-" + DateTimeFormatter.BASIC_ISO_DATE.format(day) + "-" + what;
  }

  public static String workoutKey(long id) {
    return "workout-" + id;
  }

  public static String sleepKey(long id) {
    return "sleep-" + id;
  }

  /** Of the stages of a night. */
  public static String stagesKey(long nightId) {
    return sleepKey(nightId) + "-stages";
  }

  public static String ecgKey(long signalId) {
    return "ecg-" + signalId;
  }

  /** Of a blood pressure in the list of heart recordings. */
  public static String heartPressureKey(HeartRecording recording) {
    Long signal = recording.signalId();
    return (signal == null ? "heart-" + recording.timestamp().getEpochSecond() : ecgKey(signal))
        + "-bp";
  }

  public static String deviceKey(String hashDeviceId) {
    return "device-" + hashDeviceId;
  }

  public Identifier observation(String key) {
    return new Identifier()
        .setUse(Identifier.IdentifierUse.OFFICIAL)
        .setSystem(observationSystem())
        .setValue(key);
  }

  public Identifier device(String hashDeviceId) {
    return new Identifier().setSystem(deviceSystem()).setValue(hashDeviceId);
  }

  public String observationSystem() {
    return namingSystem("observation");
  }

  public String deviceSystem() {
    return namingSystem("device");
  }

  /** A local code system, as {@code measure-type}. */
  public String codeSystem(String name) {
    return namespace + "/CodeSystem/" + name;
  }

  /** A local map of codes. */
  public String conceptMap(String name) {
    return namespace + "/ConceptMap/" + name;
  }

  /** A profile of what Vitalroutes makes. */
  public String profile(String name) {
    return namespace + "/StructureDefinition/" + name;
  }

  private String namingSystem(String name) {
    return namespace + "/NamingSystem/" + name;
  }
}
