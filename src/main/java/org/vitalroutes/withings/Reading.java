package org.vitalroutes.withings;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects, while an answer is read, its oddities and the last time zone. */
final class Reading {

  private final List<Oddity> oddities = new ArrayList<>();
  private final @Nullable ZoneId known;
  private @Nullable ZoneId seen;

  Reading() {
    this(null);
  }

  /**
   * @param known the account's last known zone
   */
  Reading(@Nullable ZoneId known) {
    this.known = known;
  }

  List<Oddity> oddities() {
    return List.copyOf(oddities);
  }

  /** The last zone that was read; null when none was. */
  @Nullable ZoneId seenZone() {
    return seen;
  }

  ZoneId zone(ZoneId read) {
    seen = read;
    return read;
  }

  /** The zone to use in place of one that this JVM does not know. */
  ZoneId unknownZone(String field) {
    oddities.add(new Oddity(Oddity.Kind.UNKNOWN_ZONE, field));
    return known != null ? known : seen != null ? seen : ZoneId.of("UTC");
  }

  void unreadable(String field) {
    oddities.add(new Oddity(Oddity.Kind.UNREADABLE, field));
  }

  void takenBack(String field) {
    oddities.add(new Oddity(Oddity.Kind.TAKEN_BACK, field));
  }
}
