package org.vitalroutes.withings;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is noted while an answer is read: what in it is odd, and the zone that was seen last. */
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

  /** The zone that was read last; null when none was. */
  @Nullable ZoneId seenZone() {
    return seen;
  }

  ZoneId zone(ZoneId read) {
    seen = read;
    return read;
  }

  /** What stands in for a zone that this JVM does not know. */
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
