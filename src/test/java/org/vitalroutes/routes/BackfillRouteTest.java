package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.vitalroutes.accounts.AccountRef;

class BackfillRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("backfill");

  @BeforeEach
  void forget() {
    fixture.forget();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void a_run_requests_the_kinds_that_were_not_synced_for_a_while() {
    assertThat(fixture.send("direct:backfill-catch-up", null).getException()).isNull();
    assertThat(fixture.neighbour("jdbc:dataSource").seen())
        .singleElement()
        .satisfies(
            sent ->
                assertThat(sent.getMessage().getBody(String.class))
                    .contains("insert into sync_request", "cast('PT6H' as interval)"));
  }

  @Test
  void the_subscriptions_of_every_account_that_is_due_are_checked() {
    when(fixture.subscriptions.due(any())).thenReturn(List.of(account(1), account(2)));

    assertThat(fixture.send("direct:backfill-check-subscriptions", null).getException()).isNull();

    assertThat(fixture.neighbour("direct:connect-subscribe").seen())
        .extracting(seen -> seen.getMessage().getBody(AccountRef.class).id())
        .containsExactly(new UUID(0, 1), new UUID(0, 2));
  }

  private static AccountRef account(long id) {
    return new AccountRef(new UUID(0, id), "withings", "someone", "4711", null);
  }

  @Test
  void a_run_that_fails_leaves_the_work_to_the_next() {
    fixture
        .neighbour("jdbc:dataSource")
        .fails(new DataAccessResourceFailureException("no database"))
        .answers(null);

    assertThat(fixture.send("direct:backfill-catch-up", null).getException()).isNull();
    assertThat(fixture.send("direct:backfill-catch-up", null).getException()).isNull();
    assertThat(fixture.neighbour("jdbc:dataSource").seen()).hasSize(2);
  }
}
