package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** {@code /v2/sleep}: nights and their stages. */
final class SleepEndpoint implements Endpoint {
  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final int SLEEP_MONITOR = 32;
  private static final Set<String> PHASE_ALWAYS =
      Set.of("startdate", "enddate", "state", "model", "model_id", "hash_deviceid");

  /** Durations, counts and efficiency: the fields returned without {@code data_fields}. */
  private static final Set<String> NIGHT_DEFAULT =
      Set.of(
          "total_timeinbed",
          "total_sleep_time",
          "asleepduration",
          "lightsleepduration",
          "remsleepduration",
          "deepsleepduration",
          "sleep_latency",
          "wakeup_latency",
          "wakeupduration",
          "waso",
          "durationtosleep",
          "durationtowakeup",
          "wakeupcount",
          "nb_rem_episodes",
          "out_of_bed_count",
          "sleep_efficiency");

  private final Access access;
  private final SimulatorSettings settings;

  SleepEndpoint(Access access, SimulatorSettings settings) {
    this.access = access;
    this.settings = settings;
  }

  @Override
  public ObjectNode answer(Call call) {
    return switch (call.action()) {
      case "get" -> phases(call, access.user(call, Scopes.ACTIVITY));
      case "getsummary" -> nights(call, access.user(call, Scopes.ACTIVITY));
      default -> throw RefusedException.wrongAction();
    };
  }

  /** Returns at most one day from the start and silently leaves out the rest. */
  private ObjectNode phases(Call call, SimulatedUser user) {
    long start = call.requiredNumber("startdate");
    long end = Math.min(call.requiredNumber("enddate"), start + DAY);
    Set<String> fields = call.list("data_fields");
    Predicate<ObjectNode> wanted =
        row -> row.path("startdate").asLong() >= start && row.path("startdate").asLong() < end;
    ObjectNode body = Json.object().put("model", SLEEP_MONITOR);
    body.putArray("series")
        .addAll(
            user.rows(DataKind.SLEEP).stream()
                .filter(wanted)
                .map(row -> DataFields.choose(row, PHASE_ALWAYS, fields))
                .toList());
    return body;
  }

  private ObjectNode nights(Call call, SimulatedUser user) {
    Set<String> fields = DataFields.asked(call, NIGHT_DEFAULT);
    List<ObjectNode> found =
        user.rows(DataKind.SLEEP_SUMMARY).stream()
            .filter(Range.ofDays(call))
            .sorted(
                Comparator.comparingLong((ObjectNode row) -> row.path("startdate").asLong())
                    .reversed())
            .map(row -> DataFields.chooseInData(row, fields))
            .toList();
    Page page = Page.of(found, call, settings.summaryPageSize());
    ObjectNode body = Json.object();
    body.putArray("series").addAll(page.rows());
    return body.put("more", page.more()).put("offset", page.offset());
  }
}
