package org.vitalroutes.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.simulator.CallLog;
import org.vitalroutes.simulator.DataKind;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.testsupport.World;

/**
 * Withings calls of ordinary days by cause, for users of eight kinds, with the settings as they
 * come. Time passes in steps: every time in the tables of accounts, cursors and requests is set
 * back by the length of a step, so that tokens, polls, checks and second reads become due as they
 * would after that time, whatever constant governs them.
 */
final class DayBench {

  /** The kinds of users, with what each does on a day, by the minute of the day. */
  private enum Profile {
    SCALE("scale only") {
      @Override
      void plan(Plan day) {
        day.weighIn(420);
      }
    },
    CUFF("blood pressure only") {
      @Override
      void plan(Plan day) {
        day.bloodPressure(440, 1_200);
      }
    },
    MAT("sleep mat only") {
      @Override
      void plan(Plan day) {
        day.night(460);
      }
    },
    WATCH("watch only") {
      @Override
      void plan(Plan day) {
        day.activity(480, 620, 760, 900, 1_200);
        day.workout(1_040);
        day.night(460);
      }
    },
    ORDINARY("ordinary") {
      @Override
      void plan(Plan day) {
        day.weighIn(420);
        day.bloodPressure(480, 1_140);
        day.activity(520, 660, 800, 940, 1_080, 1_220);
        day.night(460);
      }
    },
    EVERYTHING("everything") {
      @Override
      void plan(Plan day) {
        day.weighIn(420);
        day.bloodPressure(440, 1_200);
        day.activity(480, 620, 760, 900, 1_200);
        day.workout(1_040);
        day.night(460);
        day.ecg(1_260);
      }
    },
    BURSTY("bursty") {
      @Override
      void plan(Plan day) {
        day.weighIn(480, 480, 1_200);
        day.bloodPressure(480, 480, 1_200, 1_200);
        day.activity(480, 1_200, 1_200);
      }
    },
    SILENT("silent") {
      @Override
      void plan(Plan day) {}
    };

    private final String label;

    Profile(String label) {
      this.label = label;
    }

    abstract void plan(Plan day);
  }

  private static final int OF_EACH = 2;
  private static final int DAYS = 3;
  private static final int STEP_MINUTES = 20;
  private static final int BUDGET = 172_800;
  private static final long FIRST_USER = 8_000;
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private static final String REFRESH = "token refresh";

  private final World world;
  private final JdbcClient jdbc;
  private final Map<Long, Profile> profiles = new TreeMap<>();
  private final Map<Long, SimulatedUser> sources = new HashMap<>();
  private final Map<String, Map<Profile, Integer>> counts = new TreeMap<>();
  private long told;

  private DayBench(World world) {
    this.world = world;
    this.jdbc = Database.connected(world.database());
  }

  static List<Figure> run() {
    try (World world = new World()) {
      world
          .settings()
          .set("WITHINGS_REQUESTS_PER_MINUTE", "0")
          .set("CATCH_UP_CRON", "* * * * * ?")
          .set("SUBSCRIPTION_CHECK_CRON", "* * * * * ?")
          .set("HISTORY", "P1D");
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        return new DayBench(world).measure(vitalroutes);
      }
    }
  }

  private List<Figure> measure(Vitalroutes vitalroutes) {
    long user = FIRST_USER;
    for (Profile profile : Profile.values()) {
      for (int i = 0; i < OF_EACH; i++) {
        connect(vitalroutes, user, profile);
        profiles.put(user++, profile);
      }
    }
    awaitIdle(false);
    // Data of every kind that each user has, then a month without news, so that the accounts are
    // no new ones.
    day(false);
    advance(Duration.ofDays(30));
    for (int i = 0; i < 8; i++) {
      awaitIdle(true);
      advance(Duration.ofHours(3));
    }
    awaitIdle(true);
    collect(false);
    counts.clear();
    Map<Profile, Integer> before = refreshes();
    for (int i = 0; i < DAYS; i++) {
      day(true);
    }
    Map<Profile, Integer> after = refreshes();
    before.forEach((profile, count) -> after.merge(profile, -count, Integer::sum));
    counts.put(REFRESH, after);
    write();
    double mean = perDay(null, null);
    return List.of(
        Figure.alone(
            "calls",
            "calls of Withings for a user and day",
            "calls",
            List.of(mean),
            14,
            String.format(
                Locale.ROOT,
                "the mean of users of eight kinds over %d days, tokens of 3 h and all settings as they"
                    + " come; a budget of 120 a minute serves %,.0f of them; an ordinary user %.1f"
                    + " calls; the table by cause is calls.md",
                DAYS,
                BUDGET / mean,
                perDay(null, Profile.ORDINARY))));
  }

  private void connect(Vitalroutes vitalroutes, long user, Profile profile) {
    SimulatedUser source = new SimulatedUser(user, PARIS, profile.label);
    DemoData.days(source, world.withings().clock(), user, 300);
    sources.put(user, source);
    SimulatedUser withings = world.withings().addUser(user, PARIS, profile.label);
    // The stages of the nights to come, too.
    for (DataKind kind : List.of(DataKind.DEVICES, DataKind.SLEEP)) {
      withings.addAll(kind, source.rows(kind));
    }
    vitalroutes.connect("bench-" + user, user);
  }

  // ── A day ─────────────────────────────────────────────────────────────────────────────────────

  private void day(boolean stepwise) {
    Plan plan = new Plan();
    profiles.forEach(plan::add);
    for (int minute = 0; minute < 24 * 60; minute += STEP_MINUTES) {
      List<Runnable> events = plan.at(minute, minute + STEP_MINUTES);
      if (!events.isEmpty()) {
        events.forEach(Runnable::run);
        awaitIdle(false);
        collect(true);
      }
      if (stepwise) {
        advance(Duration.ofMinutes(STEP_MINUTES));
        awaitIdle(true);
        collect(false);
      }
    }
  }

  /** What users do, by the minute of the day. */
  private final class Plan {

    private final TreeMap<Integer, List<Runnable>> events = new TreeMap<>();
    private long user;

    void add(long who, Profile profile) {
      user = who;
      profile.plan(this);
    }

    List<Runnable> at(int from, int to) {
      return events.subMap(from, to).values().stream().flatMap(List::stream).toList();
    }

    private void each(int[] minutes, Runnable event) {
      Arrays.stream(minutes)
          .forEach(minute -> events.computeIfAbsent(minute, m -> new ArrayList<>()).add(event));
    }

    void weighIn(int... minutes) {
      long who = user;
      each(minutes, () -> told += world.withings().weighIn(who).told());
    }

    void bloodPressure(int... minutes) {
      long who = user;
      each(minutes, () -> told += world.withings().bloodPressure(who, 121, 79, 62).told());
    }

    /** Some more steps of today; those of the afternoon are a brisk walk. */
    void activity(int... minutes) {
      long who = user;
      for (int minute : minutes) {
        int active = minute > 720 && minute < 1_080 ? 600 : 0;
        each(new int[] {minute}, () -> put(who, DataKind.ACTIVITY, moreSteps(who, active), true));
      }
    }

    /** A workout, which is told as activity; the watch also counts it as active time. */
    void workout(int... minutes) {
      long who = user;
      each(
          minutes,
          () -> {
            put(who, DataKind.WORKOUTS, next(who, DataKind.WORKOUTS), false);
            put(who, DataKind.ACTIVITY, moreSteps(who, 1_800), true);
          });
    }

    void night(int... minutes) {
      long who = user;
      each(
          minutes, () -> put(who, DataKind.SLEEP_SUMMARY, next(who, DataKind.SLEEP_SUMMARY), true));
    }

    void ecg(int... minutes) {
      long who = user;
      each(
          minutes,
          () -> {
            put(who, DataKind.HEART_SIGNALS, next(who, DataKind.HEART_SIGNALS), false);
            put(who, DataKind.HEART, next(who, DataKind.HEART), true);
          });
    }
  }

  private void put(long user, DataKind kind, ObjectNode row, boolean tell) {
    told += world.withings().putRow(user, kind, row, tell);
  }

  private ObjectNode moreSteps(long user, int active) {
    SimulatedUser source = source(user);
    List<ObjectNode> days = source.rows(DataKind.ACTIVITY);
    ObjectNode row = days.get(days.size() - 1).deepCopy();
    for (String field : List.of("steps", "soft", "distance", "calories")) {
      row.put(field, row.path(field).asInt() + 400);
    }
    for (String field : List.of("moderate", "active", "hr_zone_1")) {
      row.put(field, row.path(field).asInt() + active);
    }
    row.put("modified", world.withings().clock().instant().getEpochSecond());
    source.put(DataKind.ACTIVITY, row);
    return row;
  }

  /** The newest row of the prepared data that was not used. */
  private ObjectNode next(long user, DataKind kind) {
    List<ObjectNode> rows = source(user).rows(kind);
    ObjectNode last = rows.get(rows.size() - 1);
    source(user).removeIf(kind, row -> row.equals(last));
    return last;
  }

  private SimulatedUser source(long user) {
    return sources.get(user);
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────────

  /** Sets every time back that governs when something is due. */
  private void advance(Duration time) {
    List<Map<String, Object>> columns =
        jdbc.sql(
                """
                select table_name as of_table, string_agg(
                  format('%1$I = %1$I - make_interval(secs => :seconds)', column_name), ', ') as set
                from information_schema.columns
                where data_type = 'timestamp with time zone' and column_name <> 'connected_at'
                  and (table_name in ('connected_account', 'cursor', 'sync_request', 'recheck')
                    or table_name = 'delivered' and column_name = 'delivered_at')
                  and column_name !~ '^(history_.*|(window|next)_(from|to)|since)$'
                group by table_name
                """)
            .query()
            .listOfRows();
    columns.forEach(
        table ->
            jdbc.sql("update " + table.get("of_table") + " set " + table.get("set"))
                .param("seconds", time.toSeconds())
                .update());
  }

  /** Waits until everything that is due is done. */
  private void awaitIdle(boolean scheduled) {
    while (jdbc.sql(
            """
            select (select count(*) from notification) < :told
              or exists (select from notification where dispatched_at is null)
              or exists (select from sync_request
                where leased_by is not null or not_before <= now())
              or :scheduled and (exists (select from cursor
                  where next_poll_at is null or next_poll_at <= now())
                or exists (select from connected_account where next_subscription_check_at <= now()))
            """)
        .param("told", told)
        .param("scheduled", scheduled)
        .query(Boolean.class)
        .single()) {
      Pause.millis(50);
    }
  }

  // ── Calls ─────────────────────────────────────────────────────────────────────────────────────

  private void collect(boolean notified) {
    for (CallLog.Entry call : world.withings().calls().last(1_000)) {
      Profile profile = call.userid().map(profiles::get).orElse(null);
      // Token calls name no user; the accounts count them.
      if (profile != null) {
        counts
            .computeIfAbsent(cause(call, notified), cause -> new EnumMap<>(Profile.class))
            .merge(profile, 1, Integer::sum);
      }
    }
    world.withings().calls().clear();
  }

  private static String cause(CallLog.Entry call, boolean notified) {
    String what = call.action().replaceAll("^get(?=.)", "");
    if (call.path().equals("/notify")) {
      return "subscription check";
    }
    if (call.path().equals("/v2/user")) {
      return "device list";
    }
    what = call.path().equals("/v2/heart") ? "ecg " + what : what;
    what = call.path().equals("/v2/sleep") ? "sleep " + what : what;
    if (call.parameters().containsKey("lastupdate")
        || call.parameters().containsKey("startdate")
            && !call.parameters().containsKey("enddate")) {
      return "poll: " + what;
    }
    if (notified) {
      return "notification: " + what;
    }
    return (days(call) >= 7 ? "full read: " : "second read: ") + what;
  }

  private static long days(CallLog.Entry call) {
    String from = call.parameters().get("startdateymd");
    return from != null
        ? Duration.between(
                LocalDate.parse(from).atStartOfDay(),
                LocalDate.parse(call.parameters().get("enddateymd")).atStartOfDay())
            .toDays()
        : (Long.parseLong(call.parameters().getOrDefault("enddate", "0"))
                - Long.parseLong(call.parameters().getOrDefault("startdate", "0")))
            / 86_400;
  }

  private Map<Profile, Integer> refreshes() {
    Map<Profile, Integer> of = new EnumMap<>(Profile.class);
    profiles.forEach(
        (user, profile) ->
            of.merge(
                profile,
                jdbc.sql("select token_version from connected_account where external_user_id = ?")
                    .param(Long.toString(user))
                    .query(Integer.class)
                    .single(),
                Integer::sum));
    return of;
  }

  /** Calls for a user and day; null stands for all causes, or for the mean of all profiles. */
  private double perDay(String cause, Profile profile) {
    int users = OF_EACH * (profile == null ? Profile.values().length : 1);
    return counts.entrySet().stream()
            .filter(each -> cause == null || each.getKey().equals(cause))
            .flatMap(each -> each.getValue().entrySet().stream())
            .filter(each -> profile == null || each.getKey() == profile)
            .mapToInt(Map.Entry::getValue)
            .sum()
        / (double) (users * DAYS);
  }

  private void write() {
    StringBuilder text = new StringBuilder("| calls for a user and day | mean |");
    for (Profile profile : Profile.values()) {
      text.append(' ').append(profile.label).append(" |");
    }
    text.append("\n|---").append("|---".repeat(Profile.values().length + 1)).append("|\n");
    counts.keySet().forEach(cause -> row(text, cause, cause));
    row(text, "all", null);
    System.err.println(text);
    try {
      Files.createDirectories(Path.of("target/bench"));
      Files.writeString(Path.of("target/bench/calls.md"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void row(StringBuilder text, String name, String cause) {
    text.append("| ")
        .append(name)
        .append(String.format(Locale.ROOT, " | %.2f |", perDay(cause, null)));
    for (Profile profile : Profile.values()) {
      text.append(String.format(Locale.ROOT, " %.2f |", perDay(cause, profile)));
    }
    text.append('\n');
  }
}
