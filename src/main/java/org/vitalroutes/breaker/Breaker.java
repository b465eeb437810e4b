package org.vitalroutes.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Destination;

/**
 * Ends the calls of a destination that is down, and finds out by single calls whether it is back:
 * after 2 s, then after twice as long each time up to a longest wait, the upper half of each step
 * at random. One call that is answered closes it.
 *
 * <p>It opens when of the last ten calls, or of the first five, half have failed. What a failure
 * is, others say: a destination that refuses a call has answered it.
 */
public final class Breaker {

  static final int WINDOW = 10;
  static final int FEWEST = 5;
  static final Duration FIRST_STEP = Duration.ofSeconds(2);

  /** A destination that asks for more patience than this is tried all the same. */
  static final Duration LONGEST_HOLD = Duration.ofMinutes(15);

  /** A call whose end nobody noted does not keep the breaker half open. */
  private static final Duration LONGEST_PROBE = Duration.ofMinutes(3);

  private final Destination destination;
  private final CircuitBreaker circuit;
  private final Clock clock;
  private final AtomicBoolean recovered = new AtomicBoolean();
  private volatile Instant probeAt = Instant.EPOCH;
  private volatile Instant heldUntil = Instant.EPOCH;
  private volatile Instant since = Instant.EPOCH;
  private volatile @Nullable String problem;

  /**
   * A closed one.
   *
   * @param maxWait the longest wait between two probes
   * @param random spreads the probes of several replicas
   */
  public Breaker(Destination destination, Duration maxWait, Clock clock, RandomGenerator random) {
    this.destination = destination;
    this.clock = clock;
    this.circuit =
        CircuitBreaker.of(
            destination.code(),
            CircuitBreakerConfig.custom()
                .clock(clock)
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(FEWEST)
                .failureRateThreshold(50)
                .permittedNumberOfCallsInHalfOpenState(1)
                .maxWaitDurationInHalfOpenState(LONGEST_PROBE)
                .waitIntervalFunctionInOpenState(attempt -> wait(attempt, maxWait, random))
                .build());
    circuit
        .getEventPublisher()
        .onStateTransition(
            event -> {
              if (event.getStateTransition().getFromState() == State.CLOSED) {
                since = clock.instant();
              }
              if (event.getStateTransition().getToState() == State.CLOSED) {
                recovered.set(true);
              }
            });
  }

  private long wait(int attempt, Duration maxWait, RandomGenerator random) {
    long step = Math.min(FIRST_STEP.toMillis() << Math.min(attempt - 1, 20), maxWait.toMillis());
    long wait = step / 2 + random.nextLong(step / 2 + 1);
    probeAt = clock.instant().plusMillis(wait);
    return wait;
  }

  /**
   * How it stands.
   *
   * @param state {@code closed}, {@code half_open} (a probe is under way or due) or {@code open}
   * @param since when it opened
   * @param until the next probe, or the end of the wait that the destination asked for
   * @param problem the last failure, without health data or secrets
   */
  public record View(
      Destination destination,
      String state,
      Instant since,
      Instant until,
      @Nullable String problem) {}

  /** How it stands; null when calls go through. */
  public @Nullable View view() {
    Instant now = clock.instant();
    boolean held = now.isBefore(heldUntil);
    State state = circuit.getState();
    if (state == State.CLOSED && !held) {
      return null;
    }
    boolean open = held || (state == State.OPEN && !now.isAfter(probeAt));
    return new View(
        destination,
        open ? "open" : "half_open",
        state == State.CLOSED ? now : since,
        heldUntil.isAfter(probeAt) ? heldUntil : probeAt,
        problem);
  }

  /** Whom it is for. */
  public Destination destination() {
    return destination;
  }

  /** Whether calls go through. */
  public boolean isClosed() {
    return view() == null;
  }

  /** How much of what is asked for may be begun: all, a probe, or nothing. */
  public int most(int asked) {
    View view = view();
    if (view == null) {
      return asked;
    }
    return view.state().equals("half_open") ? Math.min(asked, 1) : 0;
  }

  /** Whether a call may be made now; it has to end in one of the next three. */
  public boolean admits() {
    return !clock.instant().isBefore(heldUntil) && circuit.tryAcquirePermission();
  }

  /** The destination answered, whatever it said. */
  public void answered() {
    circuit.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /** The call says nothing about the destination. */
  public void unknown() {
    circuit.releasePermission();
  }

  /**
   * The destination could not answer.
   *
   * @param said what was the matter, without health data or secrets
   * @param retryAfter how long it wants us to wait; kept even by a closed breaker
   */
  public void failed(String said, @Nullable Duration retryAfter) {
    problem = said;
    if (retryAfter != null) {
      Instant end =
          clock.instant().plus(retryAfter.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : retryAfter);
      heldUntil = end.isAfter(heldUntil) ? end : heldUntil;
    }
    circuit.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(said));
  }

  /** Whether it has closed again since this was last asked. */
  public boolean takeRecovered() {
    return recovered.getAndSet(false);
  }

  /** Lets the next asker know, as this one could do nothing about it. */
  public void stillRecovered() {
    recovered.set(true);
  }
}
