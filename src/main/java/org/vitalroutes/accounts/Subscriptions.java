package org.vitalroutes.accounts;

import java.util.List;
import java.util.Set;

/** Which notifications an account's scopes let us subscribe to. */
public final class Subscriptions {

  private static final Set<Integer> METRICS = Set.of(1, 2, 4, 54, 55, 58, 61, 62, 63);

  /** 50 is a workout for some and bed-in for Withings; either scope is reason enough to try. */
  private static final Set<Integer> ACTIVITY = Set.of(16, 44, 50);

  private static final Set<Integer> SLEEP_EVENTS = Set.of(50, 51, 52);

  private Subscriptions() {}

  /** The configured appli codes that the scopes open, in the configured order. */
  public static List<Integer> opened(List<Integer> applis, List<String> scopes) {
    return applis.stream().filter(appli -> isOpen(appli, scopes)).toList();
  }

  private static boolean isOpen(int appli, List<String> scopes) {
    return (METRICS.contains(appli) && scopes.contains("user.metrics"))
        || (ACTIVITY.contains(appli) && scopes.contains("user.activity"))
        || (SLEEP_EVENTS.contains(appli) && scopes.contains("user.sleepevents"))
        || (appli == 46 && scopes.contains("user.info"));
  }
}
