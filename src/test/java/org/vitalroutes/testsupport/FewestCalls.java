package org.vitalroutes.testsupport;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.vitalroutes.simulator.DataKind;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.simulator.SimulatorSettings;

/** The least number of calls that fetch all data of a user. */
public final class FewestCalls {

  private static final int DAYS_WITH_STAGES = 30;

  private FewestCalls() {}

  /**
   * Pages and details of rows, by path and action.
   *
   * @param connected when the user connected, from which the nights with stages count
   */
  public static Map<String, Long> of(
      SimulatedUser user, SimulatorSettings settings, Instant connected) {
    long stages =
        connected.atZone(user.timezone()).minusDays(DAYS_WITH_STAGES).toInstant().getEpochSecond();
    Map<String, Long> fewest = new TreeMap<>();
    fewest.put("/v2/user getdevice", 1L);
    fewest.put(
        "/measure getmeas",
        pages(
            user.rows(DataKind.MEASURES).stream()
                .filter(group -> group.path("category").asInt() == 1)
                .count(),
            settings.measurePageSize()));
    fewest.put(
        "/v2/measure getactivity",
        pages(rows(user, DataKind.ACTIVITY), settings.activityPageSize()));
    fewest.put(
        "/v2/measure getworkouts",
        pages(rows(user, DataKind.WORKOUTS), settings.activityPageSize()));
    fewest.put(
        "/v2/sleep getsummary",
        pages(rows(user, DataKind.SLEEP_SUMMARY), settings.summaryPageSize()));
    fewest.put(
        "/v2/sleep get",
        user.rows(DataKind.SLEEP_SUMMARY).stream()
            .filter(night -> night.path("enddate").asLong() > stages)
            .count());
    fewest.put("/v2/heart list", pages(rows(user, DataKind.HEART), settings.measurePageSize()));
    fewest.put("/v2/heart get", rows(user, DataKind.HEART));
    return fewest;
  }

  private static long rows(SimulatedUser user, DataKind kind) {
    return user.rows(kind).size();
  }

  private static long pages(long rows, int size) {
    return Math.max(1, (rows + size - 1) / size);
  }
}
