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
 * Circuit breaker of a destination; probes with exponential back-off and jitter, from 2 s up to a
 * maximum wait. One answered call closes it.
 *
 * <p>It opens when half of the last ten calls, or of the first five, have failed. A call that is
 * refused counts as answered.
 */
public final class Breaker {

  static final int WINDOW = 10;
  static final int FEWEST = 5;
  static final Duration FIRST_STEP = Duration.ofSeconds(2);

  /** Upper bound of a requested wait. */
  static final Duration LONGEST_HOLD = Duration.ofMinutes(15);

  /** Maximum duration of a probe, in case its outcome is never recorded. */
  private static final Duration LONGEST_PROBE = Duration.ofMinutes(3);

  private final Destination destination;
  private final CircuitBreaker circuit;
  private final Clock clock;
  private final AtomicBoolean recovered = new AtomicBoolean();
  private volatile Instant probeAt = Instant.EPOCH;
  private volatile Instant heldUntil = Instant.EPOCH;
  private volatile Instant since = Instant.EPOCH;
  private volatile @Nullable String problem;
  private volatile @Nullable View blocked;
  private final AtomicBoolean hasFailed = new AtomicBoolean();

  /**
   * Creates a closed breaker.
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
   * State of an open or half-open breaker.
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

  /** Its state; null when it is closed. */
  public @Nullable View view() {
    View block = blocked;
    if (block != null) {
      return block;
    }
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

  /** The destination it protects. */
  public Destination destination() {
    return destination;
  }

  /** Whether it is closed. */
  public boolean isClosed() {
    return view() == null;
  }

  /** How many of the requested calls may begin: all, one probe, or none. */
  public int most(int asked) {
    View view = view();
    if (view == null) {
      return asked;
    }
    return view.state().equals("half_open") ? Math.min(asked, 1) : 0;
  }

  /** Whether a call may begin now; its end must be recorded by one of the next three methods. */
  public boolean admits() {
    return blocked == null
        && !clock.instant().isBefore(heldUntil)
        && circuit.tryAcquirePermission();
  }

  /**
   * Lets no call through, whatever the last ones came to, until {@link #unblock}.
   *
   * @param said why, without health data or secrets; null before the first attempt
   * @param until when the destination is looked at again
   */
  public void block(@Nullable String said, Instant until) {
    View block = blocked;
    blocked =
        new View(destination, "open", block == null ? clock.instant() : block.since(), until, said);
  }

  /** Lets calls through again. */
  public void unblock() {
    if (blocked != null) {
      blocked = null;
      recovered.set(true);
    }
  }

  /**
   * Whether a call has failed since the last call of this method, so that the destination may have
   * changed.
   */
  public boolean consumeFailure() {
    return hasFailed.getAndSet(false);
  }

  /** Records that the destination answered, with whatever status. */
  public void answered() {
    circuit.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /** Records that the call tells nothing about the destination. */
  public void unknown() {
    circuit.releasePermission();
  }

  /**
   * Records that the destination could not answer.
   *
   * @param said description of the failure, without health data or secrets
   * @param retryAfter wait requested by the destination; observed even while closed
   */
  public void failed(String said, @Nullable Duration retryAfter) {
    problem = said;
    hasFailed.set(true);
    if (retryAfter != null) {
      Instant end =
          clock.instant().plus(retryAfter.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : retryAfter);
      heldUntil = end.isAfter(heldUntil) ? end : heldUntil;
    }
    circuit.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(said));
  }

  /** Whether it has closed since the last call of this method. */
  public boolean consumeRecovery() {
    return recovered.getAndSet(false);
  }

  /** Reports the recovery again, as it could not be handled. */
  public void keepRecovery() {
    recovered.set(true);
  }
}
