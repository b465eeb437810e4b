package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnavailableException;

class FetchRequestTest {

  private static final Instant NOW = Instant.parse("2024-03-02T10:15:30Z");
  private static final SyncRequest POLL =
      new SyncRequest(
          1,
          1,
          0,
          new AccountRef(new UUID(0, 1), "withings", "someone", "4711", null),
          DataKind.MEASURES,
          Priority.CATCH_UP,
          null,
          NOW,
          1,
          new UUID(0, 2),
          "the-correlation",
          Instant.EPOCH);

  @Test
  void keys_are_gathered_page_by_page() {
    FetchRequest second = FetchRequest.first(POLL, NOW).after(List.of("a", "b"), true, 2L);
    FetchRequest end = second.after(List.of("b", "c"), true, null);

    assertThat(second.more()).isTrue();
    assertThat(second.offset()).isEqualTo(2);
    assertThat(end.more()).isFalse();
    assertThat(end.seen()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(end.begun()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1, 2})
  void paging_that_does_not_advance_ends_in_a_failure_and_not_in_a_loop(long next) {
    FetchRequest second = FetchRequest.first(POLL, NOW).after(List.of(), true, 2L);

    assertThatThrownBy(() -> second.after(List.of(), true, next))
        .isInstanceOf(ProviderUnavailableException.class);
  }

  @Test
  void a_request_has_a_window_or_a_moment_and_not_both() {
    assertThatThrownBy(() -> withWindow(new Window(NOW, NOW), NOW))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> withWindow(null, null)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void only_a_complete_answer_about_a_window_shows_removals() {
    Window window = new Window(NOW, NOW);
    FetchRequest first = FetchRequest.first(withWindow(window, null), NOW);

    assertThat(first.after(List.of(), true, null).tellsRemovedIn()).isEqualTo(window);
    assertThat(first.after(List.of(), false, null).tellsRemovedIn()).isNull();
    assertThat(first.after(List.of(), false, 1L).after(List.of(), true, null).tellsRemovedIn())
        .isNull();
    assertThat(FetchRequest.first(POLL, NOW).after(List.of(), true, null).tellsRemovedIn())
        .isNull();
  }

  private static SyncRequest withWindow(Window window, Instant since) {
    return new SyncRequest(
        1,
        1,
        0,
        POLL.account(),
        DataKind.MEASURES,
        Priority.LIVE,
        window,
        since,
        1,
        POLL.worker(),
        "the-correlation",
        Instant.EPOCH);
  }

  /** Offsets that grow without end would be requested forever. */
  @Test
  void pages_that_do_not_end_are_given_up() {
    FetchRequest fetch = FetchRequest.first(POLL, NOW);
    for (long offset = 1; offset < FetchRequest.MOST_PAGES; offset++) {
      fetch = fetch.after(List.of(), true, offset);
    }
    FetchRequest last = fetch;

    assertThat(last.after(List.of(), true, null).more()).isFalse();
    assertThatThrownBy(() -> last.after(List.of(), true, 1_000_000L))
        .isInstanceOf(ProviderRefusedException.class);
  }
}
