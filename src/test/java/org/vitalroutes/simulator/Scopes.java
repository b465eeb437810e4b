package org.vitalroutes.simulator;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The four scopes. */
final class Scopes {
  static final String INFO = "user.info";
  static final String METRICS = "user.metrics";
  static final String ACTIVITY = "user.activity";
  static final String SLEEP_EVENTS = "user.sleepevents";

  private static final Set<String> KNOWN = Set.of(INFO, METRICS, ACTIVITY, SLEEP_EVENTS);

  private Scopes() {}

  /** The scopes of a comma-separated list; empty when one is unknown or contains a space. */
  static Optional<Set<String>> parse(String list) {
    Set<String> scopes = new LinkedHashSet<>(Arrays.asList(list.split(",", -1)));
    return KNOWN.containsAll(scopes) ? Optional.of(scopes) : Optional.empty();
  }
}
