package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** {@code /v2/measure}: days, intraday values and workouts of a tracker. */
final class ActivityEndpoint implements Endpoint {
  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final Set<String> DAY_ALWAYS =
      Set.of(
          "date",
          "timezone",
          "deviceid",
          "hash_deviceid",
          "brand",
          "is_tracker",
          "model",
          "modelid",
          "modified");
  private static final Set<String> DAY_DEFAULT =
      Set.of(
          "steps",
          "distance",
          "elevation",
          "soft",
          "moderate",
          "intense",
          "active",
          "calories",
          "totalcalories");
  private static final Set<String> MOMENT_ALWAYS = Set.of("deviceid", "model", "model_id");
  private static final Set<String> MOMENT_DEFAULT =
      Set.of(
          "steps",
          "elevation",
          "calories",
          "distance",
          "stroke",
          "pool_lap",
          "duration",
          "heart_rate",
          "spo2_auto");
  private static final Set<String> WORKOUT_DEFAULT =
      Set.of(
          "calories",
          "intensity",
          "manual_distance",
          "manual_calories",
          "steps",
          "distance",
          "elevation");

  private final Access access;
  private final SimulatorSettings settings;
  private final Clock clock;

  ActivityEndpoint(Access access, SimulatorSettings settings, Clock clock) {
    this.access = access;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public ObjectNode answer(Call call) {
    return switch (call.action()) {
      case "getactivity" -> days(call, access.user(call, Scopes.ACTIVITY));
      case "getintradayactivity" -> moments(call, access.user(call, Scopes.ACTIVITY));
      case "getworkouts" -> workouts(call, access.user(call, Scopes.ACTIVITY));
      default -> throw RefusedException.wrongAction();
    };
  }

  private ObjectNode days(Call call, SimulatedUser user) {
    Set<String> fields = DataFields.asked(call, DAY_DEFAULT);
    List<ObjectNode> found =
        user.rows(DataKind.ACTIVITY).stream()
            .filter(Range.ofDays(call))
            .sorted(Comparator.comparing((ObjectNode row) -> row.path("date").asText()))
            .map(row -> DataFields.choose(row, DAY_ALWAYS, fields))
            .toList();
    Page page = Page.of(found, call, settings.activityPageSize());
    // Observed: the last page of days also names an offset, one page further.
    long last = call.number("offset").orElse(0) + settings.activityPageSize();
    ObjectNode body = Json.object();
    body.putArray("activities").addAll(page.rows());
    return body.put("more", page.more()).put("offset", page.more() ? page.offset() : last);
  }

  /** Returns at most one day from the start and silently leaves out the rest. */
  private ObjectNode moments(Call call, SimulatedUser user) {
    long start = call.number("startdate").orElse(clock.instant().getEpochSecond() - DAY);
    long end = Math.min(call.number("enddate").orElse(Long.MAX_VALUE), start + DAY);
    Set<String> fields = DataFields.asked(call, MOMENT_DEFAULT);
    Predicate<ObjectNode> wanted =
        row -> row.path("timestamp").asLong() >= start && row.path("timestamp").asLong() < end;
    ObjectNode body = Json.object();
    ObjectNode series = body.putObject("series");
    user.rows(DataKind.INTRADAY).stream()
        .filter(wanted)
        .forEach(
            row ->
                series.set(
                    row.path("timestamp").asText(),
                    DataFields.choose(Json.asObject(row.path("data")), MOMENT_ALWAYS, fields)));
    return body;
  }

  private ObjectNode workouts(Call call, SimulatedUser user) {
    Set<String> fields = DataFields.asked(call, WORKOUT_DEFAULT);
    List<ObjectNode> found =
        user.rows(DataKind.WORKOUTS).stream()
            .filter(Range.ofDays(call))
            .sorted(Comparator.comparingLong((ObjectNode row) -> row.path("startdate").asLong()))
            .map(row -> DataFields.chooseInData(row, fields))
            .toList();
    Page page = Page.of(found, call, settings.activityPageSize());
    ObjectNode body = Json.object();
    body.putArray("series").addAll(page.rows());
    return body.put("more", page.more()).put("offset", page.offset());
  }
}
