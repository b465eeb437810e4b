package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Changes a user's data and notifies subscribers. */
final class DataEntry {
  private static final BigDecimal FIRST_WEIGHT = new BigDecimal("78.400");
  private static final BigDecimal FIRST_FAT = new BigDecimal("22.100");

  private final Users users;
  private final Notifier notifier;
  private final Clock clock;

  DataEntry(Users users, Notifier notifier, Clock clock) {
    this.users = users;
    this.notifier = notifier;
    this.clock = clock;
  }

  /** Adds a weight from a Body+; missing values vary slightly from the last ones. */
  Recorded weighIn(long userid, Optional<BigDecimal> kilograms, Optional<BigDecimal> fatPercent) {
    SimulatedUser user = users.get(userid);
    ObjectNode group = newGroup(user, Device.BODY_PLUS);
    SplittableRandom random = new SplittableRandom(group.path("grpid").asLong());
    BigDecimal weight =
        kilograms.orElseGet(
            () -> last(user, MeasureGroups.WEIGHT, FIRST_WEIGHT).add(change(random, 400)));
    BigDecimal fat =
        fatPercent.orElseGet(
            () -> last(user, MeasureGroups.FAT_RATIO, FIRST_FAT).add(change(random, 250)));
    if (weight.signum() <= 0 || fat.signum() < 0 || fat.compareTo(BigDecimal.valueOf(100)) >= 0) {
      throw new IllegalArgumentException("weight_kg or fat_percent is out of range");
    }
    MeasureGroups.add(group, MeasureGroups.WEIGHT, weight, 3);
    MeasureGroups.addBodyComposition(group, weight, fat);
    return addGroup(user, group, true);
  }

  Recorded bloodPressure(long userid, int systolic, int diastolic, int pulse) {
    SimulatedUser user = users.get(userid);
    ObjectNode group = newGroup(user, Device.BPM_CONNECT);
    MeasureGroups.add(group, MeasureGroups.DIASTOLIC, diastolic, 0);
    MeasureGroups.add(group, MeasureGroups.SYSTOLIC, systolic, 0);
    MeasureGroups.add(group, MeasureGroups.PULSE, pulse, 0);
    return addGroup(user, group, true);
  }

  /** Adds a group; missing fields are filled in as for a manual entry made now. */
  Recorded addGroup(long userid, ObjectNode given, boolean tell) {
    SimulatedUser user = users.get(userid);
    long date = given.path("date").asLong(now());
    ObjectNode group =
        MeasureGroups.group(
            user, null, MeasureGroups.MANUAL, given.path("grpid").asLong(0), date, now());
    group.setAll(given);
    if (group.path("grpid").asLong() == 0) {
      group.put("grpid", user.nextId(clock));
    }
    return addGroup(user, group, tell);
  }

  private Recorded addGroup(SimulatedUser user, ObjectNode group, boolean tell) {
    user.add(DataKind.MEASURES, group);
    return new Recorded(group, tell ? tellOfGroups(user, List.of(group)) : 0);
  }

  /**
   * Changes the given fields of a group; {@code weight_kg} replaces the weight among its measures.
   */
  Recorded editGroup(long userid, long grpid, ObjectNode changes, boolean tell) {
    SimulatedUser user = users.get(userid);
    List<ObjectNode> before = groups(user, grpid);
    List<ObjectNode> after =
        user.replace(
            DataKind.MEASURES,
            group -> group.path("grpid").asLong() == grpid,
            group -> {
              group.put("modified", Math.max(now(), group.path("modified").asLong() + 1));
              if (changes.has("weight_kg")) {
                changeWeight(group, Json.decimal(changes, "weight_kg"));
              }
              group.setAll(without(changes, "weight_kg"));
              return group;
            });
    List<ObjectNode> both = new ArrayList<>(before);
    both.addAll(after);
    return new Recorded(after.get(0), tell ? tellOfGroups(user, both) : 0);
  }

  private static ObjectNode without(ObjectNode object, String field) {
    ObjectNode copy = object.deepCopy();
    copy.remove(field);
    return copy;
  }

  private static void changeWeight(ObjectNode group, BigDecimal kilograms) {
    for (JsonNode measure : group.path("measures")) {
      if (measure.path("type").asInt() == MeasureGroups.WEIGHT) {
        ((ObjectNode) measure)
            .put("value", kilograms.movePointRight(3).longValueExact())
            .put("unit", -3);
      }
    }
  }

  /** Deletes a group; how Withings reports deleted groups is unknown, so it is left out. */
  int deleteGroup(long userid, long grpid, boolean tell) {
    SimulatedUser user = users.get(userid);
    List<ObjectNode> deleted = groups(user, grpid);
    user.removeIf(DataKind.MEASURES, group -> group.path("grpid").asLong() == grpid);
    return tell ? tellOfGroups(user, deleted) : 0;
  }

  private static List<ObjectNode> groups(SimulatedUser user, long grpid) {
    List<ObjectNode> found =
        user.rows(DataKind.MEASURES).stream()
            .filter(group -> group.path("grpid").asLong() == grpid)
            .toList();
    if (found.isEmpty()) {
      throw new NoSuchElementException("no group " + grpid);
    }
    return found;
  }

  /** Adds a row, or replaces the one with the same identity when requested. */
  int addRow(long userid, DataKind kind, ObjectNode row, boolean inPlace, boolean tell) {
    SimulatedUser user = users.get(userid);
    if (inPlace) {
      user.put(kind, row);
    } else {
      user.add(kind, row);
    }
    return tell ? tellOfRow(user, kind, row) : 0;
  }

  private int tellOfRow(SimulatedUser user, DataKind kind, ObjectNode row) {
    return switch (kind) {
      case MEASURES -> tellOfGroups(user, List.of(row));
      case ACTIVITY, WORKOUTS -> tellOfDay(user, row.path("date").asText());
      case INTRADAY -> {
        Instant moment = Instant.ofEpochSecond(row.path("timestamp").asLong());
        yield tellOfDay(user, LocalDate.ofInstant(moment, user.timezone()).toString());
      }
      case SLEEP, SLEEP_SUMMARY ->
          tell(
              user,
              Appli.SLEEP,
              window(row.path("startdate").asLong(), row.path("enddate").asLong()));
      case HEART -> {
        long moment = row.path("timestamp").asLong();
        yield tell(user, Appli.ECG, window(moment - 1, moment));
      }
      case STETHO -> {
        long moment = row.path("timestamp").asLong();
        yield tell(user, Appli.STETHOSCOPE, window(moment - 1, moment));
      }
      case HEART_SIGNALS, DEVICES -> 0;
    };
  }

  private int tellOfDay(SimulatedUser user, String date) {
    return tell(user, Appli.ACTIVITY, Map.of("date", date));
  }

  /** Sends one notification per category over all dates; as observed, it starts a second early. */
  private int tellOfGroups(SimulatedUser user, List<ObjectNode> groups) {
    Set<Appli> applis = new LinkedHashSet<>();
    groups.forEach(group -> applis.add(MeasureGroups.appli(group)));
    long first = groups.stream().mapToLong(group -> group.path("date").asLong()).min().orElse(0);
    long last = groups.stream().mapToLong(group -> group.path("date").asLong()).max().orElse(0);
    return applis.stream().mapToInt(appli -> tell(user, appli, window(first - 1, last))).sum();
  }

  private int tell(SimulatedUser user, Appli appli, Map<String, String> fields) {
    return notifier.publish(user.userid(), appli.code(), fields);
  }

  private static Map<String, String> window(long start, long end) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("startdate", Long.toString(start));
    fields.put("enddate", Long.toString(end));
    return fields;
  }

  /** The default fields of a notification of this category. */
  Map<String, String> usualFields(SimulatedUser user, Appli appli) {
    ZoneId zone = user.timezone();
    return switch (appli.shape()) {
      case WINDOW -> window(now() - 3_600, now());
      case DAY -> Map.of("date", LocalDate.ofInstant(clock.instant(), zone).toString());
      case EVENT ->
          Map.of("date", Long.toString(now()), "deviceid", user.deviceId(Device.SLEEP_MAT.model()));
      case ACTION -> Map.of("action", "update");
    };
  }

  private ObjectNode newGroup(SimulatedUser user, Device device) {
    return MeasureGroups.group(
        user, device, MeasureGroups.BY_DEVICE, user.nextId(clock), now(), now());
  }

  private static BigDecimal last(SimulatedUser user, int type, BigDecimal otherwise) {
    return user.latestWith(type).map(group -> MeasureGroups.value(group, type)).orElse(otherwise);
  }

  /** A random change of up to this many thousandths. */
  private static BigDecimal change(SplittableRandom random, int thousandths) {
    return BigDecimal.valueOf(random.nextInt(2 * thousandths + 1) - thousandths, 3);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
