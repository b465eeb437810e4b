package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.PreemptedException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** A history, slice by slice and page by page, in a real database. */
class HistoryTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant YEAR_AGO = Instant.parse("2025-03-01T12:00:00Z");
  private static final Window YEAR = new Window(YEAR_AGO, NOW);

  private static final WorkTables tables = new WorkTables();

  private final SyncRequests replica = tables.replica();
  private UUID account;

  @BeforeEach
  void connect() {
    tables.jdbc.sql("truncate connected_account cascade").update();
    account = tables.account("someone");
  }

  @Test
  void the_newest_slice_comes_first_and_every_slice_asks_for_the_one_before() {
    assertThat(replica.fill(account, DataKind.SLEEP, Priority.CONNECTION, YEAR))
        .isEqualTo(Priority.CONNECTION);

    SyncRequest newest = served();
    SyncRequest older = served();

    assertThat(newest.priority()).isEqualTo(Priority.CONNECTION);
    assertThat(newest.window()).isEqualTo(new Window(NOW.minus(Duration.ofDays(90)), NOW));
    assertThat(older.priority()).isEqualTo(Priority.BACKFILL);
    assertThat(older.window()).isEqualTo(new Window(YEAR_AGO, newest.window().from()));
    assertThat(tables.claim(replica, 10)).isEmpty();
    assertThat(tables.cursor(account, DataKind.SLEEP).get("history_filled_at")).isNotNull();
  }

  @Test
  void details_come_after_all_summaries_and_recordings_are_details() {
    assertThat(replica.fill(account, DataKind.ECG, Priority.CONNECTION, YEAR))
        .isEqualTo(Priority.DETAILS);
    replica.fill(account, DataKind.SLEEP, Priority.CONNECTION, YEAR);
    replica.fill(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);

    List<SyncRequest> order = new ArrayList<>();
    for (List<SyncRequest> claimed = tables.claim(replica, 1);
        !claimed.isEmpty();
        claimed = tables.claim(replica, 1)) {
      SyncRequest request = claimed.get(0);
      order.add(request);
      if (request.priority() == Priority.CONNECTION) {
        replica.requestDetails(request);
      }
      replica.complete(request, NOW);
    }

    assertThat(order)
        .extracting(SyncRequest::priority, SyncRequest::kind)
        .startsWith(tuple(Priority.CONNECTION, DataKind.SLEEP))
        .endsWith(tuple(Priority.DETAILS, DataKind.ECG), tuple(Priority.DETAILS, DataKind.SLEEP))
        .hasSize(6);
    assertThat(order.get(order.size() - 1).window()).isEqualTo(order.get(0).window());
  }

  @Test
  void a_request_yields_to_one_of_higher_priority_for_the_same_account_and_kind() {
    replica.fill(account, DataKind.MEASURES, Priority.CONNECTION, YEAR);
    SyncRequest slice = tables.claimOne(replica);
    replica.request(account, DataKind.SLEEP, Priority.LIVE, YEAR);
    replica.request(tables.account("another"), DataKind.MEASURES, Priority.LIVE, YEAR);
    replica.yieldToHigherPriority(slice);

    replica.request(account, DataKind.MEASURES, Priority.LIVE, new Window(NOW, NOW));
    assertThatThrownBy(() -> replica.yieldToHigherPriority(slice))
        .isInstanceOf(PreemptedException.class);
    replica.release(slice);

    SyncRequest live =
        tables.claim(replica, 10).stream()
            .filter(each -> each.account().id().equals(account))
            .filter(each -> each.kind() == DataKind.MEASURES)
            .findFirst()
            .orElseThrow();
    assertThat(live.priority()).isEqualTo(Priority.LIVE);
    replica.yieldToHigherPriority(live);
  }

  @Test
  void a_slice_that_becomes_a_dead_letter_does_not_hold_up_the_history_before_it() {
    replica.fill(account, DataKind.SLEEP, Priority.CONNECTION, YEAR);

    replica.deadLetter(tables.claimOne(replica), "refused", "a code");

    SyncRequest older = served();
    assertThat(older.window()).isEqualTo(new Window(YEAR_AGO, NOW.minus(Duration.ofDays(90))));
    assertThat(tables.claim(replica, 10)).isEmpty();
  }

  @Test
  void what_is_asked_for_while_a_history_is_filled_becomes_part_of_it() {
    replica.fill(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    served();

    Window more = new Window(YEAR_AGO.minus(Duration.ofDays(10)), YEAR_AGO);
    replica.fill(account, DataKind.MEASURES, Priority.BACKFILL, more);

    assertThat(served().window().to()).isEqualTo(NOW.minus(Duration.ofDays(30)));
    assertThat(served().window()).isEqualTo(more);
    assertThat(tables.claim(replica, 10)).isEmpty();
    assertThat(tables.cursor(account, DataKind.MEASURES).get("history_filled_at")).isNotNull();
  }

  @Test
  void a_worker_that_dies_leaves_the_page_at_which_the_next_goes_on() {
    replica.fill(account, DataKind.MEASURES, Priority.CONNECTION, YEAR);
    SyncRequest first = tables.claimOne(replica);
    FetchRequest second = FetchRequest.first(first, NOW).after(List.of("a", "b"), true, 100L);
    assertThatThrownBy(() -> replica.storePage(second)).isInstanceOf(PreemptedException.class);
    tables.jdbc.sql("update sync_request set leased_until = now() - interval '1 second'").update();

    SyncRequests other = tables.replica();
    other.maintainLeases();
    SyncRequest again = tables.claimOne(other);

    assertThat(other.storedPage(again))
        .contains(FetchRequest.resumed(again, NOW, 100L, second.seen(), true, 1));
    assertThatThrownBy(() -> replica.storePage(second)).isInstanceOf(LeaseLostException.class);
    other.complete(again, NOW);
    assertThat(tables.jdbc.sql("select count(*) from sync_page").query(Long.class).single())
        .isZero();
  }

  @Test
  void a_trigger_that_widens_the_request_restarts_its_pages() {
    replica.request(account, DataKind.MEASURES, Priority.LIVE, YEAR);
    SyncRequest first = tables.claimOne(replica);
    replica.storePage(FetchRequest.first(first, NOW).after(List.of("a"), true, 100L));
    replica.request(
        account, DataKind.MEASURES, Priority.LIVE, new Window(NOW, NOW.plusSeconds(60)));
    replica.complete(first, NOW);

    assertThat(replica.storedPage(tables.claimOne(replica))).isEmpty();
  }

  @Test
  void a_page_that_was_kept_long_ago_is_not_believed() {
    replica.request(account, DataKind.MEASURES, Priority.LIVE, YEAR);
    SyncRequest first = tables.claimOne(replica);
    replica.storePage(FetchRequest.first(first, NOW).after(List.of("a"), true, 100L));
    tables.jdbc.sql("update sync_page set stored_at = now() - interval '61 minutes'").update();
    replica.release(first);

    assertThat(replica.storedPage(tables.claimOne(replica))).isEmpty();
  }

  @Test
  void only_the_newest_page_goes_before_the_histories_of_others_and_no_page_is_read_twice() {
    replica.fill(account, DataKind.MEASURES, Priority.CONNECTION, YEAR);
    SyncRequest connected = tables.claimOne(replica);
    assertThat(connected.priority()).isEqualTo(Priority.CONNECTION);
    assertThat(connected.window()).isEqualTo(YEAR);

    FetchRequest second = FetchRequest.first(connected, NOW).after(List.of("a"), true, 100L);
    assertThatThrownBy(() -> replica.storePage(second)).isInstanceOf(PreemptedException.class);
    replica.release(connected);

    SyncRequest history = tables.claimOne(replica);
    assertThat(history.id()).isEqualTo(connected.id());
    assertThat(history.priority()).isEqualTo(Priority.BACKFILL);
    FetchRequest resumed = replica.storedPage(history).orElseThrow();
    assertThat(resumed.offset()).isEqualTo(100L);
    replica.storePage(resumed.after(List.of("b"), true, 200L));
    replica.complete(history, NOW);
    assertThat(tables.claim(replica, 10)).isEmpty();
    assertThat(tables.cursor(account, DataKind.MEASURES).get("history_filled_at")).isNotNull();
  }

  @Test
  void a_connection_keeps_its_priority_when_a_history_of_the_kind_waits_already() {
    replica.request(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    replica.fill(account, DataKind.MEASURES, Priority.CONNECTION, YEAR);
    SyncRequest connected = tables.claimOne(replica);

    replica.storePage(FetchRequest.first(connected, NOW).after(List.of("a"), true, 100L));

    replica.release(connected);
    assertThat(tables.claimOne(replica).priority()).isEqualTo(Priority.CONNECTION);
  }

  @Test
  void a_history_yields_between_two_pages_to_a_user_who_has_just_connected() {
    replica.request(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    SyncRequest history = tables.claimOne(replica);
    FetchRequest next = FetchRequest.first(history, NOW).after(List.of("a"), true, 100L);
    replica.storePage(next);
    replica.fill(tables.account("another"), DataKind.SLEEP, Priority.CONNECTION, YEAR);

    assertThatThrownBy(() -> replica.storePage(next)).isInstanceOf(PreemptedException.class);
    replica.release(history);

    assertThat(tables.claim(replica, 1).get(0).priority()).isEqualTo(Priority.CONNECTION);
    assertThat(replica.storedPage(tables.claimOne(replica)))
        .map(FetchRequest::offset)
        .contains(100L);
  }

  @Test
  void a_history_yields_between_two_transactions_to_a_user_who_has_just_connected() {
    replica.request(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    SyncRequest history = tables.claimOne(replica);
    replica.fill(account, DataKind.SLEEP, Priority.CONNECTION, YEAR);
    SyncRequest connected = tables.claimOne(replica);
    replica.yieldToHigherPriority(history);

    replica.fill(tables.account("another"), DataKind.SLEEP, Priority.CONNECTION, YEAR);

    assertThatThrownBy(() -> replica.yieldToHigherPriority(history))
        .isInstanceOf(PreemptedException.class);
    replica.yieldToHigherPriority(connected);
  }

  @Test
  void histories_leave_two_workers_at_once_to_a_new_user() {
    replica.request(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    SyncRequest history = tables.claimOne(replica);
    UUID another = tables.account("another");
    replica.fill(another, DataKind.ACTIVITY, Priority.CONNECTION, YEAR);
    tables.claimOne(replica);
    replica.fill(another, DataKind.SLEEP, Priority.CONNECTION, YEAR);
    assertThatThrownBy(() -> replica.yieldToHigherPriority(history))
        .isInstanceOf(PreemptedException.class);

    tables.claimOne(replica);
    replica.fill(another, DataKind.WORKOUTS, Priority.CONNECTION, YEAR);

    replica.yieldToHigherPriority(history);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status = 'reconnect_required'",
        "patient_id = null, patient_match_at = now() + interval '1 minute'",
        "patient_id = null",
        "devices_pending = true"
      })
  void a_history_does_not_yield_to_a_user_whose_data_cannot_be_fetched_yet(String state) {
    replica.request(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    SyncRequest history = tables.claimOne(replica);
    UUID another = tables.account("another");
    replica.fill(another, DataKind.SLEEP, Priority.CONNECTION, YEAR);
    tables.claimOne(replica);
    replica.fill(another, DataKind.WORKOUTS, Priority.CONNECTION, YEAR);
    tables
        .jdbc
        .sql("update connected_account set %s where id = ?".formatted(state))
        .param(another)
        .update();

    replica.yieldToHigherPriority(history);
  }

  @Test
  void a_history_yields_between_two_pages_and_continues_afterwards() {
    replica.request(account, DataKind.MEASURES, Priority.BACKFILL, YEAR);
    SyncRequest slice = tables.claimOne(replica);
    FetchRequest next = FetchRequest.first(slice, NOW).after(List.of("a"), true, 100L);
    replica.storePage(next);
    replica.request(account, DataKind.MEASURES, Priority.LIVE, new Window(NOW, NOW));

    assertThatThrownBy(() -> replica.storePage(next)).isInstanceOf(PreemptedException.class);
    replica.release(slice);

    SyncRequest live = tables.claimOne(replica);
    assertThat(live.priority()).isEqualTo(Priority.LIVE);
    replica.complete(live, NOW);
    SyncRequest goneOn = tables.claimOne(replica);
    assertThat(goneOn.id()).isEqualTo(slice.id());
    assertThat(goneOn.tries()).isEqualTo(1);
    assertThat(replica.storedPage(goneOn)).map(FetchRequest::offset).contains(100L);
  }

  private SyncRequest served() {
    SyncRequest request = tables.claimOne(replica);
    replica.complete(request, NOW);
    return request;
  }
}
