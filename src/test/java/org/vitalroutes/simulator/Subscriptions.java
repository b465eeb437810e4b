package org.vitalroutes.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** All subscriptions: at most one per user, category and address. */
final class Subscriptions {
  /** A subscription ends after failing for this long. */
  private static final Duration PATIENCE = Duration.ofDays(20);

  private final List<Subscription> all = new ArrayList<>();
  private final Map<Subscription, Instant> failingSince = new HashMap<>();

  /** Adds a subscription; replaces an equal one. */
  synchronized void put(Subscription subscription) {
    all.removeIf(subscription::sameAs);
    all.add(subscription);
  }

  /** Replaces a subscription atomically; refuses when the old one does not exist. */
  synchronized void replace(Subscription old, Subscription changed) {
    if (!all.remove(old)) {
      throw RefusedException.noSuchSubscription();
    }
    put(changed);
  }

  synchronized Optional<Subscription> find(long userid, long appli, String callbackUrl) {
    return all.stream().filter(s -> s.sameAs(userid, appli, callbackUrl)).findFirst();
  }

  synchronized List<Subscription> matching(Predicate<Subscription> wanted) {
    return all.stream().filter(wanted).toList();
  }

  synchronized int removeIf(Predicate<Subscription> unwanted) {
    int before = all.size();
    all.removeIf(unwanted);
    failingSince.keySet().removeIf(unwanted);
    return before - all.size();
  }

  void removeUser(long userid) {
    removeIf(subscription -> subscription.userid() == userid);
  }

  synchronized boolean contains(Subscription subscription) {
    return all.stream().anyMatch(subscription::sameAs);
  }

  synchronized void delivered(Subscription subscription) {
    failingSince.remove(subscription);
  }

  synchronized void failed(Subscription subscription, Instant now) {
    Instant since = failingSince.putIfAbsent(subscription, now);
    if (since != null && !now.isBefore(since.plus(PATIENCE))) {
      removeIf(subscription::sameAs);
    }
  }
}
