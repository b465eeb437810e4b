package org.vitalroutes.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.Inspection;

/**
 * Users step on scales, and the simulator sends notifications until it is answered 200. Each user
 * has one event at a time and the next one after its delivery, so that no other notification can
 * compensate for a lost one.
 *
 * <p>The check is Jepsen's total queue: every event answered 200 must come out exactly once.
 */
final class Load implements AutoCloseable {

  /** The time of the first event; events are a minute apart, so their windows do not touch. */
  private static final long FIRST =
      Instant.now().getEpochSecond() - Duration.ofDays(180).toSeconds();

  /**
   * The result. * * @param told events with a notification
   *
   * @param answered events answered 200 at least once
   * @param refused answers other than 200
   * @param unanswered broken or refused connections
   * @param slowestAnswer of any kind, in milliseconds
   * @param lost answered but not on the FHIR server
   * @param duplicated on the FHIR server more than once
   * @param unexpected on the FHIR server but never measured
   * @param wrong on the FHIR server with another value
   */
  record Count(
      long told,
      long answered,
      long refused,
      long unanswered,
      long slowestAnswer,
      Set<String> lost,
      Set<String> duplicated,
      Set<String> unexpected,
      Set<String> wrong) {}

  private record Event(long user, long group, long at, long grams) {
    String key() {
      return "meas-" + user + "-" + group + "-1";
    }
  }

  private final Rig rig;
  private final IntFunction<@Nullable Replica> replicas;
  private final long pauseMillis;
  private final Deque<Long> idle = new ArrayDeque<>();
  private final Map<String, Event> events = new HashMap<>();
  private final Map<String, Long> answered = new HashMap<>();
  private final Map<String, Event> underWay = new HashMap<>();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong slowest = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Long> delays = new ArrayList<>();
  private volatile boolean ended;
  private int next;

  /**
   * Starts at once.
   *
   * @param replicas the URL to notify, by a running number; null while that replica is down
   * @param perSecond maximum number of new events
   */
  Load(Rig rig, long firstUser, int users, int perSecond, IntFunction<@Nullable Replica> replicas) {
    this.rig = rig;
    this.replicas = replicas;
    int senders = 4;
    this.pauseMillis = senders * 1000L / perSecond;
    for (long user = firstUser; user < firstUser + users; user++) {
      idle.add(user);
    }
    for (int i = 0; i < senders; i++) {
      run("load-" + i, this::send);
    }
    run("load-watch", this::watch);
  }

  private void run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void send() {
    while (!ended) {
      Event event = begin();
      if (event != null) {
        tell(event);
      }
      pause(pauseMillis);
    }
  }

  private synchronized @Nullable Event begin() {
    Long user = idle.poll();
    if (user == null) {
      return null;
    }
    int number = next++;
    Event event =
        new Event(user, 1_000_000_000L + number, FIRST + number * 60L, 60_000 + number % 30_000);
    rig.withings.addGroup(
        user,
        Inspection.weightGroup(event.group(), Instant.ofEpochSecond(event.at()), event.grams()),
        false);
    events.put(event.key(), event);
    underWay.put(event.key(), event);
    return event;
  }

  /** Sends the notification until the answer is 200, as Withings does, but with shorter waits. */
  private void tell(Event event) {
    for (int attempt = 0; !ended; attempt++) {
      Replica replica = replicas.apply(attempt + (int) event.group());
      if (replica != null && isTold(replica, event)) {
        synchronized (this) {
          answered.put(event.key(), System.nanoTime());
        }
        return;
      }
      pause(100);
    }
  }

  private boolean isTold(Replica replica, Event event) {
    long began = System.nanoTime();
    try {
      int status = rig.notify(replica, event.user(), event.at() - 1, event.at());
      slowest.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began), Math::max);
      if (status == 200) {
        return true;
      }
      refused.incrementAndGet();
    } catch (IOException e) {
      unanswered.incrementAndGet();
    }
    return false;
  }

  /** Checks which events have been delivered. */
  private void watch() {
    while (!ended) {
      synchronized (this) {
        List<Event> arrived =
            underWay.values().stream().filter(event -> rig.fhir.has(event.key())).toList();
        for (Event event : arrived) {
          Long since = answered.get(event.key());
          if (since != null) {
            underWay.remove(event.key());
            idle.add(event.user());
            delays.add(System.nanoTime() - since);
          }
        }
      }
      pause(200);
    }
  }

  /** The time from an answer 200 to the delivery that a share of the events kept; 0.2 s coarse. */
  synchronized Duration delay(double share) {
    List<Long> sorted = delays.stream().sorted().toList();
    return sorted.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(sorted.get((int) Math.ceil(share * sorted.size()) - 1));
  }

  /** The longest time from an answer 200 to the delivery. */
  synchronized Duration longestDelay() {
    return delay(1);
  }

  /** Whether every event that was answered is on the FHIR server. */
  synchronized boolean isAllDelivered() {
    return rig.fhir.byIdentifier("Observation").keySet().containsAll(answered.keySet());
  }

  synchronized int answeredSoFar() {
    return answered.size();
  }

  synchronized int underWay() {
    return underWay.size();
  }

  /** Compares the answered events with the FHIR server. */
  synchronized Count count() {
    Map<String, Integer> there = rig.fhir.byIdentifier("Observation");
    Set<String> lost = new TreeSet<>(answered.keySet());
    lost.removeAll(there.keySet());
    Set<String> duplicated = new TreeSet<>();
    Set<String> unexpected = new TreeSet<>();
    Set<String> wrong = new TreeSet<>();
    there.forEach(
        (key, times) -> {
          if (times > 1 || rig.fhir.versions(key).size() > 1) {
            duplicated.add(key);
          }
          Event event = events.get(key);
          if (event == null) {
            unexpected.add(key);
          } else if (rig.fhir
                  .versions(key)
                  .get(0)
                  .at("/valueQuantity/value")
                  .decimalValue()
                  .movePointRight(3)
                  .longValueExact()
              != event.grams()) {
            wrong.add(key);
          }
        });
    rig.fhir
        .byIdentifier("Patient")
        .forEach(
            (subject, times) -> {
              if (times > 1) {
                duplicated.add(subject);
              }
            });
    return new Count(
        events.size(),
        answered.size(),
        refused.get(),
        unanswered.get(),
        slowest.get(),
        lost,
        duplicated,
        unexpected,
        wrong);
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the load; events in progress continue. */
  @Override
  public void close() {
    ended = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
