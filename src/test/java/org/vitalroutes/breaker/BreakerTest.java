package org.vitalroutes.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vitalroutes.simulator.MovableClock;
import org.vitalroutes.sync.Destination;

class BreakerTest {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final Breaker breaker = new Breaker(Destination.FHIR, LONGEST, clock, new Random(1));

  @Test
  void a_closed_one_lets_everything_through() {
    assertThat(breaker.view()).isNull();
    assertThat(breaker.most(8)).isEqualTo(8);
    assertThat(breaker.admits()).isTrue();
    assertThat(breaker.consumeRecovery()).isFalse();
  }

  @Test
  void four_failures_are_not_enough_and_the_fifth_opens_it() {
    fail(4);
    assertThat(breaker.isClosed()).isTrue();

    fail(1);
    assertThat(breaker.isClosed()).isFalse();
    assertThat(breaker.most(8)).isZero();
    assertThat(breaker.admits()).isFalse();
  }

  @Test
  void a_few_failures_among_answers_are_none_of_its_business() {
    for (int i = 0; i < 100; i++) {
      fail(1);
      breaker.answered();
      breaker.answered();
    }

    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void it_says_since_when_until_when_and_why() {
    Instant opened = clock.instant();
    open();
    clock.advance(Duration.ofMillis(1));

    assertThat(breaker.view())
        .isNotNull()
        .satisfies(
            view -> {
              assertThat(view.state()).isEqualTo("open");
              assertThat(view.since()).isEqualTo(opened);
              assertThat(view.until()).isAfter(clock.instant());
              assertThat(view.problem()).isEqualTo("not reached");
            });
  }

  @Test
  void a_blocked_one_lets_nothing_through_whatever_is_answered_until_it_is_unblocked() {
    Instant until = clock.instant().plusSeconds(5);
    breaker.block("it speaks FHIR R4, and FHIR_VERSION is R5", until);
    breaker.answered();

    assertThat(breaker.admits()).isFalse();
    assertThat(breaker.most(8)).isZero();
    assertThat(breaker.view())
        .isNotNull()
        .satisfies(
            view -> {
              assertThat(view.until()).isEqualTo(until);
              assertThat(view.problem()).contains("FHIR_VERSION is R5");
            });
    breaker.unblock();
    assertThat(breaker.admits()).isTrue();
    assertThat(breaker.consumeRecovery()).isTrue();
  }

  @Test
  void a_failed_call_is_reported_once_as_a_sign_of_a_change() {
    assertThat(breaker.consumeFailure()).isFalse();
    fail(1);

    assertThat(breaker.consumeFailure()).isTrue();
    assertThat(breaker.consumeFailure()).isFalse();
  }

  @Test
  void it_is_probed_once_a_step_and_steps_grow_to_the_longest() {
    List<Duration> steps = new ArrayList<>();
    open();
    for (int probe = 0; probe < 12; probe++) {
      Duration step = untilProbe();
      steps.add(step);
      clock.advance(step.plusMillis(1));
      assertThat(breaker.view()).extracting(Breaker.View::state).isEqualTo("half_open");
      assertThat(breaker.most(8)).isEqualTo(1);
      assertThat(breaker.admits()).isTrue();
      assertThat(breaker.admits()).isFalse();
      fail(1);
      assertThat(breaker.admits()).isFalse();
    }

    assertThat(steps.get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(steps.get(2)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    assertThat(steps.subList(6, 12))
        .allSatisfy(step -> assertThat(step).isBetween(LONGEST.dividedBy(2), LONGEST));
    assertThat(steps.subList(6, 12)).doesNotHaveDuplicates();
  }

  @Test
  void one_answer_closes_it_and_that_is_said_once() {
    open();
    clock.advance(LONGEST);
    assertThat(breaker.admits()).isTrue();
    breaker.answered();

    assertThat(breaker.view()).isNull();
    assertThat(breaker.most(8)).isEqualTo(8);
    assertThat(breaker.consumeRecovery()).isTrue();
    assertThat(breaker.consumeRecovery()).isFalse();
    breaker.keepRecovery();
    assertThat(breaker.consumeRecovery()).isTrue();
  }

  @Test
  void the_first_step_after_it_was_closed_is_short_again() {
    open();
    for (int i = 0; i < 8; i++) {
      clock.advance(LONGEST);
      breaker.admits();
      fail(1);
    }
    clock.advance(LONGEST);
    breaker.admits();
    breaker.answered();

    open();
    assertThat(untilProbe()).isLessThanOrEqualTo(Breaker.FIRST_STEP);
  }

  @Test
  void a_probe_that_says_nothing_is_made_again() {
    open();
    clock.advance(LONGEST);
    assertThat(breaker.admits()).isTrue();
    breaker.unknown();

    assertThat(breaker.admits()).isTrue();
  }

  @Test
  void the_wait_that_was_asked_for_is_kept_after_a_single_failure() {
    breaker.failed("busy", Duration.ofMinutes(2));

    clock.advance(Duration.ofSeconds(119));
    assertThat(breaker.most(8)).isZero();
    assertThat(breaker.admits()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(breaker.most(8)).isEqualTo(8);
    assertThat(breaker.admits()).isTrue();
  }

  @Test
  void a_wait_of_a_day_is_not_kept() {
    breaker.failed("busy", Duration.ofDays(1));
    clock.advance(Breaker.LONGEST_HOLD);

    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void what_needs_both_waits_for_either() {
    Breakers breakers = new Breakers(LONGEST, clock, new Random(1));
    assertThat(breakers.most(8)).isEqualTo(8);
    assertThat(breakers.open()).isEmpty();

    breakers.of(Destination.WITHINGS).failed("busy", Duration.ofMinutes(1));
    assertThat(breakers.most(8)).isZero();
    assertThat(breakers.open())
        .singleElement()
        .extracting(Breaker.View::destination)
        .isEqualTo(Destination.WITHINGS);
  }

  private void open() {
    fail(Breaker.FEWEST);
    assertThat(breaker.isClosed()).isFalse();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed("not reached", null);
    }
  }

  private Duration untilProbe() {
    return Duration.between(clock.instant(), breaker.view().until());
  }
}
