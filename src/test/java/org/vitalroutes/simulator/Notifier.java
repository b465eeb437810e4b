package org.vitalroutes.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends unsigned notifications in up to five cycles of two tries.
 *
 * <p>The waits between the cycles are 10 s, 1 min (and up to 10 min more), 1 h (2 to 20 min more)
 * and 4 h (3 to 30 min more), times the settings' factor. A notification that still fails then is
 * not sent again.
 */
public final class Notifier implements AutoCloseable {
  private static final int TRIES_PER_CYCLE = 2;
  private static final int REMEMBERED = 1_000;
  private static final List<Wait> WAITS =
      List.of(
          new Wait(Duration.ofSeconds(10), Duration.ZERO, Duration.ZERO),
          new Wait(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(10)),
          new Wait(Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofMinutes(20)),
          new Wait(Duration.ofHours(4), Duration.ofMinutes(3), Duration.ofMinutes(30)));

  private final SimulatorSettings settings;
  private final Subscriptions subscriptions;
  private final HttpClient http;
  private final Clock clock;
  private final ScheduledThreadPoolExecutor executor;
  private final DeliverySwitches switches = new DeliverySwitches();
  private final Random random = new Random(7);
  private final List<Delivery> held = new ArrayList<>();
  private final Deque<Outcome> outcomes = new ArrayDeque<>();
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong tries = new AtomicLong();
  private final AtomicLong pending = new AtomicLong();

  Notifier(SimulatorSettings settings, Subscriptions subscriptions, HttpClient http, Clock clock) {
    this.settings = settings;
    this.subscriptions = subscriptions;
    this.http = http;
    this.clock = clock;
    this.executor = new ScheduledThreadPoolExecutor(8, DaemonThreads.named("withings-notifier"));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private record Wait(Duration fixed, Duration least, Duration most) {
    Duration scaled(Random random, double factor) {
      double more = least.toMillis() + random.nextDouble() * most.minus(least).toMillis();
      return Duration.ofMillis(Math.round((fixed.toMillis() + more) * factor));
    }
  }

  private record Delivery(Subscription to, Map<String, String> fields, boolean evenIfGone) {}

  /**
   * The outcome of a notification.
   *
   * @param result delivered, failed, dropped or cancelled
   * @param lastStatus HTTP status of the last try; 0 without an answer
   */
  public record Outcome(
      Instant at,
      long userid,
      int appli,
      Map<String, String> fields,
      String result,
      int lastStatus) {}

  /** Totals so far; a notification being delivered counts as pending. */
  public record Totals(long delivered, long failed, long dropped, long tries, long pending) {}

  public DeliverySwitches switches() {
    return switches;
  }

  public Totals totals() {
    return new Totals(delivered.get(), failed.get(), dropped.get(), tries.get(), pending.get());
  }

  /** The last finished notifications, oldest first. */
  public List<Outcome> outcomes() {
    synchronized (outcomes) {
      return List.copyOf(outcomes);
    }
  }

  /** Starts the delivery to all matching subscribers; returns their number. */
  int publish(long userid, int appli, Map<String, String> fields) {
    if (switches.silent()) {
      return 0;
    }
    List<Subscription> told =
        subscriptions.matching(s -> s.userid() == userid && s.appli() == appli && s.delivers());
    boolean evenIfGone = appli == Appli.USER.code();
    for (Subscription subscription : told) {
      send(new Delivery(subscription, new LinkedHashMap<>(fields), evenIfGone));
    }
    return told.size();
  }

  private void send(Delivery delivery) {
    if (switches.drops()) {
      dropped.incrementAndGet();
      remember(delivery, "dropped", 0);
      return;
    }
    for (int copy = 0; copy <= switches.extraCopies(); copy++) {
      pending.incrementAndGet();
      if (switches.reorder() > 0) {
        hold(delivery);
      } else {
        schedule(() -> cycle(delivery, 0), switches.delay());
      }
    }
  }

  private void hold(Delivery delivery) {
    synchronized (held) {
      held.add(delivery);
      if (held.size() < switches.reorder()) {
        return;
      }
    }
    releaseHeld();
  }

  /** Sends the notifications collected for reordering, the last first. */
  public void releaseHeld() {
    List<Delivery> reversed;
    synchronized (held) {
      reversed = new ArrayList<>(held);
      held.clear();
    }
    Collections.reverse(reversed);
    schedule(() -> reversed.forEach(delivery -> cycle(delivery, 0)), switches.delay());
  }

  private void cycle(Delivery delivery, int number) {
    int status = 0;
    for (int i = 0; i < TRIES_PER_CYCLE; i++) {
      if (!delivery.evenIfGone() && !subscriptions.contains(delivery.to())) {
        end(delivery, "cancelled", status);
        return;
      }
      status = post(delivery);
      if (status > 0 && status < 400) {
        delivered.incrementAndGet();
        subscriptions.delivered(delivery.to());
        end(delivery, "delivered", status);
        return;
      }
    }
    if (number < WAITS.size()) {
      schedule(() -> cycle(delivery, number + 1), waitAfter(number));
      return;
    }
    failed.incrementAndGet();
    subscriptions.failed(delivery.to(), clock.instant());
    end(delivery, "failed", status);
  }

  private Duration waitAfter(int cycle) {
    synchronized (random) {
      return WAITS.get(cycle).scaled(random, settings.retryTimeFactor());
    }
  }

  /** One try; returns the HTTP status, or 0 without an answer. */
  private int post(Delivery delivery) {
    tries.incrementAndGet();
    URI uri = URI.create(delivery.to().callbackUrl());
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(settings.callbackTimeout())
            .POST(HttpRequest.BodyPublishers.ofString(body(uri, delivery)))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private String body(URI uri, Delivery delivery) {
    Map<String, String> fields = new LinkedHashMap<>();
    String query = uri.getRawQuery();
    if (switches.repeatQuery() && query != null) {
      fields.putAll(Call.decode(query));
    }
    fields.put("userid", Long.toString(delivery.to().userid()));
    fields.put("appli", Integer.toString(delivery.to().appli()));
    fields.putAll(delivery.fields());
    List<String> pairs = new ArrayList<>();
    fields.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
    return String.join("&", pairs);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void end(Delivery delivery, String result, int lastStatus) {
    remember(delivery, result, lastStatus);
    pending.decrementAndGet();
  }

  private void remember(Delivery delivery, String result, int lastStatus) {
    Outcome outcome =
        new Outcome(
            clock.instant(),
            delivery.to().userid(),
            delivery.to().appli(),
            delivery.fields(),
            result,
            lastStatus);
    synchronized (outcomes) {
      outcomes.addLast(outcome);
      if (outcomes.size() > REMEMBERED) {
        outcomes.removeFirst();
      }
    }
  }

  private void schedule(Runnable task, Duration wait) {
    try {
      var unused = executor.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed: remaining notifications are never sent.
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
