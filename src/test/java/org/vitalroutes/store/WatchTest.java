package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vitalroutes.accounts.AccountRef;

/** Whose subscriptions are looked at when, by the statement of the route and a real database. */
class WatchTest {

  private static final UUID URL = new UUID(1, 1);
  private static final UUID NEXT_URL = new UUID(-1, 1);
  private static final UUID LAST_URL = new UUID(2, 1);

  private static final WorkTables tables = new WorkTables();

  @BeforeEach
  void connect() {
    tables.jdbc.sql("truncate connected_account cascade").update();
    for (String user : List.of("ada", "bob", "cyd")) {
      tables.account(user);
    }
  }

  @Test
  void every_account_has_its_turn_and_then_not_for_a_while() {
    assertThat(look(URL, 10)).hasSize(3);
    assertThat(look(URL, 10)).isEmpty();
    tables
        .jdbc
        .sql(
            """
            update connected_account set next_watch_at = now() - interval '1 hour'
            where subject <> 'cyd'
            """)
        .update();

    assertThat(look(URL, 10)).containsExactlyInAnyOrder("ada", "bob");
    assertThat(look(URL, 10)).isEmpty();
  }

  @Test
  void another_callback_url_makes_it_everybodys_turn_a_few_at_a_time() {
    everybody(URL);

    assertThat(look(NEXT_URL, 2)).hasSize(2);
    assertThat(look(NEXT_URL, 2)).hasSize(1);
    assertThat(look(NEXT_URL, 2)).isEmpty();
    assertThat(look(LAST_URL, 10)).hasSize(3);
  }

  @Test
  void who_is_not_connected_is_left_alone() {
    tables.jdbc.sql("update connected_account set next_watch_at = now()").update();
    tables.jdbc.sql("update connected_account set status = 'disconnected'").update();

    assertThat(look(URL, 10)).isEmpty();
  }

  private static void everybody(UUID url) {
    tables.jdbc.sql("update connected_account set next_watch_at = now()").update();
    assertThat(look(url, 10)).hasSize(3);
  }

  private static List<String> look(UUID url, int most) {
    return tables
        .jdbc
        .sql(WorkTables.statement("due-watches"))
        .param("url", url)
        .param("every", "P1D")
        .param("most", most)
        .query()
        .listOfRows()
        .stream()
        .map(Accounts::of)
        .map(AccountRef::subject)
        .toList();
  }
}
