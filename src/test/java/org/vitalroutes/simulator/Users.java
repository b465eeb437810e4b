package org.vitalroutes.simulator;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The users by id. */
final class Users {
  static final long FIRST_USERID = 12_345_678L;

  private final ConcurrentSkipListMap<Long, SimulatedUser> byId = new ConcurrentSkipListMap<>();
  private volatile long firstId = -1;

  void add(SimulatedUser user) {
    synchronized (byId) {
      if (byId.putIfAbsent(user.userid(), user) != null) {
        throw new IllegalArgumentException("there is a user " + user.userid() + " already");
      }
      if (firstId < 0) {
        firstId = user.userid();
      }
    }
  }

  long freeId() {
    return byId.isEmpty() ? FIRST_USERID : Math.max(FIRST_USERID, byId.lastKey() + 1);
  }

  Optional<SimulatedUser> find(long userid) {
    return Optional.ofNullable(byId.get(userid));
  }

  SimulatedUser get(long userid) {
    return find(userid).orElseThrow(() -> new NoSuchElementException("no user " + userid));
  }

  /** The user created first, or the lowest id when that user was deleted. */
  Optional<SimulatedUser> first() {
    return find(firstId).or(() -> byId.values().stream().findFirst());
  }

  List<SimulatedUser> all() {
    return List.copyOf(byId.values());
  }

  void remove(long userid) {
    byId.remove(userid);
  }
}
