package org.vitalroutes.fhir;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Identifier;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.withings.HeartRecording;

/**
 * Keys, ids and identifier systems of resources. A key names the source of a resource, such as
 * {@code meas-4711-5149666502-1}. The id is computed from the key and the Patient, so a repeated
 * write changes one resource, and the same Withings user connected to another Patient gets other
 * resources. Ids and systems contain a namespace that the operator owns; changing it later writes
 * everything again.
 */
public final class Identifiers {
  /** Setting {@code FHIR_NAMESPACE}. */
  public static final String DEFAULT_NAMESPACE = "urn:vitalroutes:withings";

  private static final String ID_PREFIX = "wth-";
  private static final int ID_DIGITS = 40;

  private static final String STAGES = "-stages";
  private static final String PRESSURE = "-bp";
  private static final Pattern NUMBERED =
      Pattern.compile("((?:sleep|workout)-[A-Za-z0-9]+--?\\d+)(?:-.*)?");
  private static final Pattern NIGHT = Pattern.compile("sleep-[A-Za-z0-9]+--?\\d+");
  private static final Pattern ECG = Pattern.compile("ecg-([A-Za-z0-9]+)-.*");
  private static final Pattern MOMENT = Pattern.compile("(act-.*-intraday)-\\d+");
  private static final Pattern GROUP = Pattern.compile("(meas-[A-Za-z0-9]+--?\\d+)-.*");

  /** Pattern of the keys of body weights, for Java and PostgreSQL. */
  public static final String WEIGHTS = "^meas-[A-Za-z0-9]+--?[0-9]+-1$";

  /** Pattern of the keys of body heights, for Java and PostgreSQL. */
  public static final String HEIGHTS = "^meas-[A-Za-z0-9]+--?[0-9]+-4$";

  private static final Pattern WEIGHT = Pattern.compile(WEIGHTS);
  private static final Pattern HEIGHT = Pattern.compile(HEIGHTS);
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9]{1,64}");

  private static final String MEASURE = "meas-";
  private static final String BODY_MASS = "bmi-";

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
   * The logical id of a resource that is of no Patient, as a CodeSystem: {@code wth-} and the first
   * 40 hex digits of SHA-256 over {@code namespace|name}. Never only digits and without {@code _},
   * as HAPI refuses both.
   */
  public String id(String name) {
    return ID_PREFIX + Sha256.hex(namespace + "|" + name).substring(0, ID_DIGITS);
  }

  /**
   * The logical id of a Patient's resource: as {@link #id(String)}, over {@code
   * namespace|patient|key}.
   *
   * @param patientId logical id of the Patient
   */
  public String id(String patientId, String key) {
    return id(patientId + "|" + key);
  }

  /** A Withings user as a part of keys, which have hyphens between their parts only. */
  public static String user(String userId) {
    return USER.matcher(userId).matches() ? userId : "u" + Sha256.hex(userId).substring(0, 32);
  }

  /** {@code meas-<user>-<group>}, of a group of measures. */
  public static String measureRow(String userId, long grpid) {
    return "meas-" + user(userId) + "-" + grpid;
  }

  /** {@code meas-<user>-<group>-<what>}: what is a type, a type and a position, or a panel. */
  public static String measureKey(String userId, long grpid, String what) {
    return measureRow(userId, grpid) + "-" + what;
  }

  public static boolean isWeight(String key) {
    return WEIGHT.matcher(key).matches();
  }

  public static boolean isHeight(String key) {
    return HEIGHT.matcher(key).matches();
  }

  /**
   * {@code bmi-<user>-<group>}, of the body mass index of a weight. It sorts before the keys of
   * weights and heights, so that what refers to them is deleted first.
   *
   * @param weight key of the weight
   */
  public static String bodyMassKey(String weight) {
    return BODY_MASS + weight.substring(MEASURE.length(), weight.lastIndexOf('-'));
  }

  public static boolean isBodyMass(String key) {
    return key.startsWith(BODY_MASS);
  }

  /** Of the group that the weight of a body mass index is in; empty of any other key. */
  private static Optional<String> weighedRow(String key) {
    return isBodyMass(key)
        ? Optional.of(MEASURE + key.substring(BODY_MASS.length()))
        : Optional.empty();
  }

  /** {@code act-<user>-<yyyymmdd>[-<device>]-<what>}. */
  public static String activityKey(
      String userId, LocalDate day, @Nullable String device, String what) {
    return String.join(
        "-",
        "act",
        user(userId),
        DateTimeFormatter.BASIC_ISO_DATE.format(day) + (device == null ? "" : "-" + device),
        what);
  }

  /** {@code <day>-<seconds since 1970>}, of a reading within a day. */
  public static String momentKey(String dayKey, Instant at) {
    return dayKey + "-" + at.getEpochSecond();
  }

  /** {@code workout-<user>-<id>}. */
  public static String workoutKey(String userId, long id) {
    return "workout-" + user(userId) + "-" + id;
  }

  /** {@code sleep-<user>-<id>}. */
  public static String sleepKey(String userId, long id) {
    return "sleep-" + user(userId) + "-" + id;
  }

  /** Whether a key is that of a night as a whole. */
  public static boolean isNight(String key) {
    return NIGHT.matcher(key).matches();
  }

  /** Of the stages of a night. */
  public static String stagesKey(String userId, long nightId) {
    return sleepKey(userId, nightId) + STAGES;
  }

  /** {@code ecg-<user>-<signal>}. */
  public static String ecgKey(String userId, long signalId) {
    return "ecg-" + user(userId) + "-" + signalId;
  }

  /** Key of an entry in the list of heart recordings without a signal id. */
  public static String heartRow(String userId, Instant timestamp) {
    return "heart-" + user(userId) + "-" + timestamp.getEpochSecond();
  }

  /** Of a blood pressure in the list of heart recordings. */
  public static String heartPressureKey(String userId, HeartRecording recording) {
    Long signal = recording.signalId();
    return (signal == null ? heartRow(userId, recording.timestamp()) : ecgKey(userId, signal))
        + PRESSURE;
  }

  /** {@code device-<user>-<hash>}. */
  public static String deviceKey(String userId, String hashDeviceId) {
    return "device-" + user(userId) + "-" + hashDeviceId;
  }

  /** {@code wearer-<user>-<hash>}, of the association of a device with its user. */
  public static String wearerKey(String userId, String hashDeviceId) {
    return "wearer-" + user(userId) + "-" + hashDeviceId;
  }

  /**
   * {@code about-<user>-<digest>}, of the Provenance of a transaction. It sorts before the keys of
   * all Observations, so that what refers to them is deleted first.
   *
   * @param digest of what the transaction holds, in hex
   */
  public static String provenanceKey(String userId, String digest) {
    return "about-" + user(userId) + "-" + digest.substring(0, ID_DIGITS);
  }

  /**
   * The keys of the row that a resource was made of: any of them in an answer shows that Withings
   * has the row, whichever of its fields the answer has.
   *
   * @param key of the resource
   * @param effective when it was measured
   */
  public static Set<String> rows(String key, Instant effective) {
    Optional<String> weighed = weighedRow(key);
    if (weighed.isPresent()) {
      return Set.of(weighed.get());
    }
    Matcher group = GROUP.matcher(key);
    if (group.matches()) {
      return Set.of(group.group(1));
    }
    Matcher numbered = NUMBERED.matcher(key);
    if (numbered.matches()) {
      return Set.of(numbered.group(1));
    }
    Matcher moment = MOMENT.matcher(key);
    if (moment.matches()) {
      return Set.of(moment.group(1));
    }
    Matcher ecg = ECG.matcher(key);
    if (ecg.matches()) {
      return Set.of(without(PRESSURE, key), heartRow(ecg.group(1), effective));
    }
    return Set.of(without(PRESSURE, key));
  }

  /**
   * The data kind of an Observation's key; null when the key is not one of that Withings user.
   *
   * @param userId the Withings user
   */
  public static @Nullable DataKind kind(String key, String userId) {
    String[] parts = key.split("-", 3);
    if (parts.length < 3 || !parts[1].equals(user(userId))) {
      return null;
    }
    return switch (parts[0]) {
      case "meas", "bmi" -> DataKind.MEASURES;
      case "act" -> DataKind.ACTIVITY;
      case "workout" -> DataKind.WORKOUTS;
      case "sleep" -> DataKind.SLEEP;
      case "ecg", "heart" -> DataKind.ECG;
      default -> null;
    };
  }

  private static String without(String suffix, String key) {
    return key.endsWith(suffix) ? key.substring(0, key.length() - suffix.length()) : key;
  }

  public Identifier observation(String key) {
    return new Identifier()
        .setUse(Identifier.IdentifierUse.OFFICIAL)
        .setSystem(observationSystem())
        .setValue(key);
  }

  /**
   * What the Observations of one record at Withings have in common: a group of measures, a night, a
   * workout or a heart recording. Days have none: they share their period.
   *
   * @param key of one of them
   */
  public Optional<Identifier> record(String key) {
    if (key.startsWith("act-")) {
      return Optional.empty();
    }
    String record =
        weighedRow(key)
            .or(
                () ->
                    Stream.of(GROUP, NUMBERED)
                        .map(pattern -> pattern.matcher(key))
                        .filter(Matcher::matches)
                        .map(matcher -> matcher.group(1))
                        .findFirst())
            .orElseGet(() -> without(PRESSURE, key));
    return Optional.of(
        new Identifier()
            .setUse(Identifier.IdentifierUse.SECONDARY)
            .setSystem(namingSystem("record"))
            .setValue(record));
  }

  /** Withings' number of a model of device. */
  public Identifier deviceModel(int modelId) {
    return new Identifier()
        .setUse(Identifier.IdentifierUse.SECONDARY)
        .setSystem(namingSystem("device-model"))
        .setValue(Integer.toString(modelId));
  }

  /** Where data comes from. */
  public Identifier source(String provider) {
    return new Identifier().setSystem(namingSystem("source")).setValue(provider);
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

  /** The implementation guide that holds them. */
  public String guide() {
    return namespace + "/ImplementationGuide/withings";
  }

  private String namingSystem(String name) {
    return namespace + "/NamingSystem/" + name;
  }
}
