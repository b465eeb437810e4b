package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A plausible year of data of one user.
 *
 * <p>Each day, including ids, depends only on the seed and its date. So a day is the same whenever
 * the year is filled, and overlapping years agree.
 */
public final class DemoData {
  private static final int DAYS = 365;
  private static final int ONE_DAY = 86_400;
  private static final int SLOTS = 64;
  private static final int SLOTS_PER_CHAPTER = 8;

  private final SimulatedUser user;
  private final long seed;
  private final LocalDate day;
  private SplittableRandom random = new SplittableRandom(0);
  private final long now;
  private final Map<DataKind, List<ObjectNode>> made;
  private int slot;

  private DemoData(
      SimulatedUser user,
      long seed,
      LocalDate day,
      long now,
      Map<DataKind, List<ObjectNode>> made) {
    this.user = user;
    this.seed = seed;
    this.day = day;
    this.now = now;
    this.made = made;
  }

  /** Fills the 365 days up to now. */
  public static void year(SimulatedUser user, Clock clock) {
    year(user, clock, seed(user));
  }

  public static void year(SimulatedUser user, Clock clock, long seed) {
    days(user, clock, seed, DAYS);
  }

  /** The last days of a year. */
  public static void days(SimulatedUser user, Clock clock, long seed, int days) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), user.timezone());
    LocalDate first = today.minusDays(days - 1);
    long now = clock.instant().getEpochSecond();
    Map<DataKind, List<ObjectNode>> made = new EnumMap<>(DataKind.class);
    new DemoData(user, seed, first, now, made).accountCreation();
    for (LocalDate day = first; !day.isAfter(today); day = day.plusDays(1)) {
      DemoData demo = new DemoData(user, seed, day, now, made);
      demo.measures();
      demo.activity();
      demo.workout();
      demo.night(day.isAfter(today.minusDays(7)));
      demo.heartRecording();
    }
    made.forEach(user::putAll);
    devices(user, today, now);
  }

  static long seed(SimulatedUser user) {
    return user.userid();
  }

  /** The height that a user enters when creating the account. */
  private void accountCreation() {
    long moment = at(LocalTime.of(0, 10));
    ObjectNode height =
        MeasureGroups.group(
            user, null, MeasureGroups.AT_ACCOUNT_CREATION, user.firstId() + 1, moment, moment);
    MeasureGroups.add(height, MeasureGroups.HEIGHT, 178, -2);
    put(height);
  }

  private static void devices(SimulatedUser user, LocalDate today, long now) {
    LocalDate start = today.minusDays(DAYS - 1);
    for (Device device : Device.values()) {
      user.put(
          DataKind.DEVICES,
          Json.object()
              .put("type", device.type())
              .put("battery", device == Device.THERMO ? "unknown" : "high")
              .put("model", device.model())
              .put("model_id", device.modelId())
              .put("timezone", user.timezone().getId())
              .put("first_session_date", start.atStartOfDay(user.timezone()).toEpochSecond())
              .put("last_session_date", now)
              .put("deviceid", user.deviceId(device.model()))
              .put("hash_deviceid", user.deviceId(device.model())));
    }
    ObjectNode goals = Json.object().put("steps", 10_000).put("sleep", 28_800);
    goals.putObject("weight").put("value", 75_000).put("unit", -3);
    user.goals(goals);
  }

  /**
   * Starts a part of the day with its own random numbers and ids, so that the missing rest of today
   * does not change other parts.
   */
  private void chapter(int number) {
    random = new SplittableRandom((seed * 1_000_003 + day.toEpochDay()) * 31 + number);
    slot = number * SLOTS_PER_CHAPTER;
  }

  private void measures() {
    chapter(0);
    if (chance(0.905)) {
      weighIn();
    }
    chapter(1);
    if (chance(0.4)) {
      bloodPressure();
    }
    chapter(2);
    if (epochWeek() % 8 == 0) {
      temperature();
    }
    if (chance(0.3)) {
      oxygen();
    }
    chapter(3);
    if (day.toEpochDay() % 61 == 7) {
      manualWeight(MeasureGroups.MANUAL, null, LocalTime.of(19, 30), weight());
    }
    if (day.toEpochDay() % DAYS == 77) {
      // A guest on the scale whose weight is close to the owner's.
      manualWeight(
          MeasureGroups.AMBIGUOUS,
          Device.BODY_PLUS,
          LocalTime.of(12, 5),
          weight().subtract(new BigDecimal("3.8")));
    }
    if (day.toEpochDay() % 120 == 11) {
      objective();
    }
  }

  private void weighIn() {
    ObjectNode group = group(Device.BODY_PLUS, LocalTime.of(6, 40).plusSeconds(below(3_000)));
    BigDecimal weight = weight();
    // The scale sends two or three decimals.
    MeasureGroups.add(group, MeasureGroups.WEIGHT, weight, chance(0.1) ? 2 : 3);
    if (!chance(0.03)) {
      MeasureGroups.addBodyComposition(group, weight, fat());
    }
    if (chance(0.3)) {
      MeasureGroups.add(group, MeasureGroups.PULSE, 58 + below(16), 0);
    }
    put(group);
  }

  private void bloodPressure() {
    ObjectNode group = group(Device.BPM_CONNECT, LocalTime.of(19, 0).plusSeconds(below(7_200)));
    if (chance(0.2)) {
      group.put("attrib", 5);
    }
    int systolic = 116 + below(20);
    int diastolic = systolic - 40 - below(10);
    // Observed: the same cuff sends 96 and 9600 hundredths.
    int decimals = chance(0.15) ? 2 : 0;
    MeasureGroups.add(group, MeasureGroups.DIASTOLIC, BigDecimal.valueOf(diastolic), decimals);
    MeasureGroups.add(group, MeasureGroups.SYSTOLIC, BigDecimal.valueOf(systolic), decimals);
    MeasureGroups.add(group, MeasureGroups.PULSE, 57 + below(22), 0);
    put(group);
  }

  private void temperature() {
    int fever = Math.max(0, 14 - 3 * Math.floorMod(day.toEpochDay(), 7));
    BigDecimal body = BigDecimal.valueOf(366 + fever + below(5), 1);
    ObjectNode group = group(Device.THERMO, LocalTime.of(8, 0).plusSeconds(below(3_600)));
    MeasureGroups.add(group, MeasureGroups.BODY_TEMPERATURE, body, 3);
    MeasureGroups.add(
        group, MeasureGroups.SKIN_TEMPERATURE, body.subtract(new BigDecimal("1.9")), 3);
    put(group);
  }

  private void oxygen() {
    ObjectNode group = group(Device.SCANWATCH, LocalTime.of(21, 30).plusSeconds(below(1_800)));
    MeasureGroups.add(group, MeasureGroups.SPO2, 95 + below(5), 0);
    put(group);
  }

  private void manualWeight(
      int attrib, @Nullable Device device, LocalTime time, BigDecimal kilograms) {
    long moment = at(time);
    ObjectNode group = MeasureGroups.group(user, device, attrib, nextId(), moment, moment + 40);
    MeasureGroups.add(group, MeasureGroups.WEIGHT, kilograms, 1);
    put(group);
  }

  private void objective() {
    long moment = at(LocalTime.of(20, 0));
    ObjectNode group =
        MeasureGroups.group(user, null, MeasureGroups.MANUAL, nextId(), moment, moment);
    group.put("category", 2);
    MeasureGroups.add(group, MeasureGroups.WEIGHT, 75_000, -3);
    put(group);
  }

  private void activity() {
    chapter(4);
    int steps = 3_000 + below(11_000);
    int moderate = below(3_600);
    int intense = below(1_500);
    int soft = 3_600 + below(9_000);
    long end = Math.min(at(LocalTime.of(23, 59)), now);
    ObjectNode row =
        Json.object()
            .put("steps", steps)
            .put("distance", BigDecimal.valueOf(steps * 742L, 3))
            .put("elevation", below(20))
            .put("soft", soft)
            .put("moderate", moderate)
            .put("intense", intense)
            .put("active", moderate + intense)
            .put("calories", BigDecimal.valueOf(steps * 38L, 3))
            .put("totalcalories", BigDecimal.valueOf(1_700_000L + steps * 38L, 3));
    // On some days the watch is not worn: no heart rate, and zeros instead.
    boolean worn = chance(0.95);
    row.put("hr_average", worn ? 68 + below(14) : 0)
        .put("hr_min", worn ? 48 + below(8) : 0)
        .put("hr_max", worn ? 120 + below(45) : 0)
        .put("hr_zone_0", worn ? 30_000 + below(9_000) : 0)
        .put("hr_zone_1", worn ? moderate : 0)
        .put("hr_zone_2", worn ? intense : 0)
        .put("hr_zone_3", worn ? intense / 10 : 0)
        .put("deviceid", user.deviceId(Device.SCANWATCH.model()))
        .put("hash_deviceid", user.deviceId(Device.SCANWATCH.model()))
        .put("timezone", user.timezone().getId())
        .put("date", day.toString())
        .put("modified", end)
        .put("brand", 1)
        .put("modelid", Device.SCANWATCH.modelId())
        .put("model", Device.SCANWATCH.model())
        .put("is_tracker", true);
    keep(DataKind.ACTIVITY, row);
  }

  private void workout() {
    chapter(5);
    if (!chance(0.35)) {
      return;
    }
    int[] categories = {1, 2, 2, 6, 7, 16};
    int category = categories[below(categories.length)];
    long start = at(LocalTime.of(17, 30).plusSeconds(below(3_600)));
    int seconds = 1_500 + below(3_600);
    if (start + seconds > now) {
      return;
    }
    ObjectNode row =
        Json.object()
            .put("id", nextId())
            .put("category", category)
            .put("timezone", user.timezone().getId())
            .put("model", Device.SCANWATCH.modelId())
            .put("attrib", 0)
            .put("startdate", start)
            .put("enddate", start + seconds)
            .put("date", day.toString())
            .put("deviceid", user.deviceId(Device.SCANWATCH.model()));
    ObjectNode data = row.putObject("data");
    data.put("calories", seconds / 8)
        .put("intensity", 30 + below(50))
        .put("manual_distance", 0)
        .put("manual_calories", 0)
        .put("hr_average", 105 + below(30))
        .put("hr_min", 78 + below(10))
        .put("hr_max", 150 + below(30))
        .put("hr_zone_0", seconds / 10)
        .put("hr_zone_1", seconds / 2)
        .put("hr_zone_2", seconds / 4)
        .put("hr_zone_3", seconds / 20)
        .put("pause_duration", below(200))
        .putNull("algo_pause_duration")
        .putNull("spo2_average");
    switch (category) {
      case 1, 2 ->
          data.put("steps", seconds * 2).put("distance", seconds * category).put("elevation", 3);
      case 6 -> data.put("distance", seconds * 5).put("elevation", 12);
      case 7 -> data.put("pool_laps", 20 + below(30)).put("strokes", 600).put("pool_length", 25);
      default -> {}
    }
    row.put("modified", start + seconds + 120);
    keep(DataKind.WORKOUTS, row);
  }

  /** The night that ends on this day. */
  private void night(boolean inDetail) {
    chapter(6);
    if (!chance(0.95)) {
      return;
    }
    long start = at(LocalTime.of(22, 45)) - ONE_DAY + below(4_500);
    int inBed = (420 + below(90)) * 60;
    long end = start + inBed;
    if (end > now) {
      return;
    }
    int latency = (4 + below(20)) * 60;
    int wakeup = (2 + below(12)) * 60;
    int awakeInside = below(40) * 60;
    int asleep = inBed - latency - wakeup - awakeInside;
    int deep = asleep / 100 * (18 + below(8));
    int rem = asleep / 100 * (20 + below(6));
    int count = awakeInside == 0 ? 0 : 1 + below(3);
    ObjectNode row =
        Json.object()
            .put("id", nextId())
            .put("timezone", user.timezone().getId())
            .put("model", 32)
            .put("model_id", Device.SLEEP_MAT.modelId())
            .put("hash_deviceid", user.deviceId(Device.SLEEP_MAT.model()))
            .put("startdate", start)
            .put("enddate", end)
            .put("date", day.toString());
    int pulse = 52 + below(10);
    int breaths = 13 + below(3);
    int snoring = chance(0.3) ? 60 * below(30) : 0;
    row.putObject("data")
        .put("total_timeinbed", inBed)
        .put("total_sleep_time", asleep)
        .put("lightsleepduration", asleep - deep - rem)
        .put("remsleepduration", rem)
        .put("deepsleepduration", deep)
        .put("sleep_latency", latency)
        .put("wakeup_latency", wakeup)
        .put("wakeupduration", latency + wakeup + awakeInside)
        .put("waso", awakeInside)
        .put("durationtosleep", latency)
        .put("durationtowakeup", wakeup)
        .put("wakeupcount", count)
        .put("nb_rem_episodes", 3 + below(3))
        .put("out_of_bed_count", count / 2)
        .put("sleep_efficiency", ratio(asleep, inBed))
        .put("hr_average", pulse)
        .put("hr_min", pulse - 7)
        .put("hr_max", pulse + 28)
        .put("rr_average", breaths)
        .put("rr_min", breaths - 4)
        .put("rr_max", breaths + 6)
        .put("breathing_disturbances_intensity", below(20))
        .put("snoring", snoring)
        .put("snoringepisodecount", snoring / 300)
        .put("sleep_score", 60 + below(38))
        .put("apnea_hypopnea_index", below(8))
        .put("night_events", events(latency, inBed - wakeup, inBed));
    row.put("created", end + 90).put("modified", end + 90).put("completed", true);
    keep(DataKind.SLEEP_SUMMARY, row);
    if (inDetail) {
      phases(start, end, latency, wakeup, pulse, breaths);
    }
  }

  /** Text that contains JSON, as observed: in bed, asleep, awake, out of bed. */
  private static String events(int asleep, int awake, int out) {
    ObjectNode events = Json.object();
    events.putArray("1").add(0);
    events.putArray("2").add(asleep);
    events.putArray("3").add(awake);
    events.putArray("4").add(out);
    return Json.text(events);
  }

  private void phases(long start, long end, int latency, int wakeup, int pulse, int breaths) {
    int[] cycle = {1, 2, 1, 3};
    long from = start;
    for (int i = 0; from < end; i++) {
      boolean awake = from < start + latency || from >= end - wakeup;
      long to = Math.min(from + (awake ? 300 : 1_200), end);
      ObjectNode row =
          Json.object()
              .put("startdate", from)
              .put("state", awake ? 0 : cycle[i % cycle.length])
              .put("enddate", to)
              .put("model", Device.SLEEP_MAT.model());
      ObjectNode heart = row.putObject("hr");
      ObjectNode breathing = row.putObject("rr");
      ObjectNode snoring = row.putObject("snoring");
      for (long minute = from; minute < to; minute += 60) {
        heart.put(Long.toString(minute), pulse - 4 + below(9));
        breathing.put(Long.toString(minute), breaths - 1 + below(3));
        snoring.put(Long.toString(minute), 0);
      }
      row.put("hash_deviceid", user.deviceId(Device.SLEEP_MAT.model()))
          .put("model_id", Device.SLEEP_MAT.modelId());
      keep(DataKind.SLEEP, row);
      from = to;
    }
  }

  /** Thirty seconds of an electrocardiogram every other month. */
  private void heartRecording() {
    chapter(7);
    long moment = at(LocalTime.of(11, 15));
    if (day.toEpochDay() % 59 != 13 || moment > now) {
      return;
    }
    long signalId = nextId();
    int pulse = 58 + below(14);
    ObjectNode row =
        Json.object()
            .put("deviceid", user.deviceId(Device.SCANWATCH.model()))
            .put("model", Device.SCANWATCH.modelId());
    row.putObject("ecg").put("signalid", signalId).put("afib", 0);
    row.put("heart_rate", pulse).put("timestamp", moment).put("modified", moment + 60);
    keep(DataKind.HEART, row);
    ObjectNode signal = Json.object().put("signalid", signalId);
    var samples = signal.putArray("signal");
    int beat = 300 * 60 / pulse;
    for (int i = 0; i < 9_000; i++) {
      samples.add(i % beat < 6 ? 900 - 150 * Math.abs(i % beat - 3) : below(30) - 15);
    }
    signal
        .put("sampling_frequency", 300)
        .put("wearposition", 0)
        .put("model", Device.SCANWATCH.modelId())
        .put("heart_rate", pulse);
    keep(DataKind.HEART_SIGNALS, signal);
  }

  private BigDecimal weight() {
    double days = day.toEpochDay();
    double kilograms =
        76
            + Math.floorMod(seed, 9)
            + 2.1 * Math.sin(days * 2 * Math.PI / 365)
            + 0.4 * Math.sin(days * 2 * Math.PI / 29);
    return BigDecimal.valueOf(kilograms)
        .setScale(3, RoundingMode.HALF_UP)
        .add(BigDecimal.valueOf(below(700) - 350, 3));
  }

  private BigDecimal fat() {
    double percent = 21.5 + 1.4 * Math.sin(day.toEpochDay() * 2 * Math.PI / 365);
    return BigDecimal.valueOf(percent)
        .setScale(3, RoundingMode.HALF_UP)
        .add(BigDecimal.valueOf(below(500) - 250, 3));
  }

  private static BigDecimal ratio(int part, int whole) {
    return BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), 2, RoundingMode.HALF_UP);
  }

  private ObjectNode group(Device device, LocalTime time) {
    long moment = at(time);
    return MeasureGroups.group(
        user, device, MeasureGroups.BY_DEVICE, nextId(), moment, moment + 4 + below(50));
  }

  /** Adds a group unless it lies in the future. */
  private void put(ObjectNode group) {
    if (group.path("created").asLong() <= now) {
      keep(DataKind.MEASURES, group);
    }
  }

  private void keep(DataKind kind, ObjectNode row) {
    made.computeIfAbsent(kind, unused -> new ArrayList<>()).add(row);
  }

  private long at(LocalTime time) {
    return day.atTime(time).atZone(user.timezone()).toEpochSecond();
  }

  private long epochWeek() {
    return Math.floorDiv(day.toEpochDay(), 7);
  }

  private long nextId() {
    return user.firstId() + 3_000_000_000L + day.toEpochDay() * SLOTS + slot++;
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private int below(int bound) {
    return random.nextInt(bound);
  }
}
