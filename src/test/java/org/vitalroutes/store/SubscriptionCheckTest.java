package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vitalroutes.accounts.AccountRef;

/** Accounts whose subscriptions are due for a check, with a real database. */
class SubscriptionCheckTest {

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
  void every_account_is_due_once_per_interval() {
    assertThat(due(URL, 10)).hasSize(3);
    assertThat(due(URL, 10)).isEmpty();
    tables
        .jdbc
        .sql(
            """
            update connected_account set next_subscription_check_at = now() - interval '1 hour'
            where subject <> 'cyd'
            """)
        .update();

    assertThat(due(URL, 10)).containsExactlyInAnyOrder("ada", "bob");
    assertThat(due(URL, 10)).isEmpty();
  }

  @Test
  void a_new_callback_url_makes_every_account_due_a_few_at_a_time() {
    checkAll(URL);

    assertThat(due(NEXT_URL, 2)).hasSize(2);
    assertThat(due(NEXT_URL, 2)).hasSize(1);
    assertThat(due(NEXT_URL, 2)).isEmpty();
    assertThat(due(LAST_URL, 10)).hasSize(3);
  }

  @Test
  void disconnected_accounts_are_not_due() {
    tables.jdbc.sql("update connected_account set next_subscription_check_at = now()").update();
    tables.jdbc.sql("update connected_account set status = 'disconnected'").update();

    assertThat(due(URL, 10)).isEmpty();
  }

  private static void checkAll(UUID url) {
    tables.jdbc.sql("update connected_account set next_subscription_check_at = now()").update();
    assertThat(due(url, 10)).hasSize(3);
  }

  private static List<String> due(UUID url, int most) {
    return new AccountSubscriptions(tables.jdbc, "P1D", most)
        .due(url).stream().map(AccountRef::subject).toList();
  }
}
