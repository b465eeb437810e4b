package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Window;

/** The schedule of device lists and their storage, in a real database. */
class KnownDevicesTest {

  private static final KnownDevice SCALE = new KnownDevice("a", 5, "Body+", "Scale");
  private static final Window DAY =
      new Window(Instant.parse("2024-03-01T00:00:00Z"), Instant.parse("2024-03-02T00:00:00Z"));
  private static final WorkTables tables = new WorkTables();
  private static final KnownDevices devices =
      new KnownDevices(
          tables.jdbc, new TransactionTemplate(new DataSourceTransactionManager(tables.database)));

  private UUID account;

  @BeforeEach
  void connect() {
    tables.jdbc.sql("truncate connected_account cascade").update();
    account = tables.account("ada");
    grant("user.metrics,user.info");
  }

  @Test
  void devices_are_asked_for_once_a_week() {
    assertThat(devices.areDue(account)).isTrue();
    assertThat(devices.areDue(account)).isFalse();
    devices.store(account, List.of(SCALE));
    assertThat(devices.areDue(account)).isFalse();

    pass("6 days");
    assertThat(devices.areDue(account)).isFalse();
    pass("1 day");

    assertThat(devices.areDue(account)).isTrue();
  }

  @Test
  void devices_are_asked_for_a_day_after_the_last_list_once_a_new_one_was_written() {
    assertThat(devices.areDue(account)).isTrue();
    devices.store(account, List.of(SCALE));
    pass("1 hour");
    tables
        .jdbc
        .sql(
            """
            insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
              content_hash, delivered_at)
            values (?, 'device', 'measures', 'Device', 'device', now(), '', now())
            """)
        .param(account)
        .update();
    assertThat(devices.areDue(account)).isFalse();

    pass("23 hours");
    assertThat(devices.areDue(account)).isTrue();
    tables.jdbc.sql("update delivered set delivered_at = delivered_at - interval '1 day'").update();
    pass("1 day");
    assertThat(devices.areDue(account)).isFalse();
  }

  @Test
  void nobody_asks_for_devices_without_the_scope() {
    grant("user.metrics,user.activity");

    assertThat(devices.areDue(account)).isFalse();
  }

  @Test
  void devices_that_did_not_come_are_asked_for_again_in_an_hour() {
    assertThat(devices.areDue(account)).isTrue();
    devices.recordUnknown(account);
    assertThat(devices.areDue(account)).isFalse();

    pass("1 hour");

    assertThat(devices.areDue(account)).isTrue();
  }

  @Test
  void a_device_is_kept_as_it_was_listed_last_and_stays_when_it_is_listed_no_more() {
    KnownDevice unnamed = new KnownDevice("b", null, null, null);
    devices.store(account, List.of(new KnownDevice("a", 5, "Body", null), unnamed, SCALE));
    devices.store(account, List.of());

    assertThat(devices.of(account)).isEqualTo(Map.of("a", SCALE, "b", unnamed));
    assertThat(devices.of(tables.account("bob"))).isEmpty();
  }

  @Test
  void a_device_has_one_user_while_it_is_listed_for_one_account_alone() {
    UUID another = tables.account("bob");
    devices.store(account, List.of(SCALE));
    assertThat(devices.of(account).get("a").oneUser()).isTrue();

    devices.store(another, List.of(SCALE));
    assertThat(devices.of(account).get("a").oneUser()).isFalse();
    assertThat(devices.of(another).get("a").oneUser()).isFalse();

    tables.jdbc.sql("delete from connected_account where id = ?").param(another).update();
    assertThat(devices.of(account).get("a").oneUser()).isTrue();

    devices.store(account, List.of());
    assertThat(devices.of(account).get("a").oneUser()).isFalse();
  }

  @Test
  void one_request_goes_ahead_until_the_devices_were_asked_for() {
    SyncRequests replica = tables.replica();
    tables.jdbc.sql("update connected_account set devices_pending = true").update();
    for (DataKind kind : DataKind.values()) {
      replica.request(account, kind, Priority.CONNECTION, DAY);
    }

    assertThat(tables.claim(replica, 10)).hasSize(1);
    assertThat(devices.areDue(account)).isTrue();
    assertThat(tables.claim(replica, 10)).isEmpty();
    devices.store(account, List.of(SCALE));

    assertThat(tables.claim(replica, 10)).hasSize(DataKind.values().length - 1);
  }

  @Test
  void a_worker_that_died_while_it_asked_holds_nobody_up_for_long() {
    tables.jdbc.sql("update connected_account set devices_pending = true").update();
    assertThat(devices.areDue(account)).isTrue();
    assertThat(devices.areDue(account)).isFalse();

    pass("2 minutes");

    assertThat(devices.areDue(account)).isTrue();
  }

  private void grant(String scopes) {
    tables.jdbc.sql("update connected_account set scopes = ?").param(scopes).update();
  }

  private static void pass(String time) {
    tables
        .jdbc
        .sql(
            "update connected_account set devices_requested_at = devices_requested_at - cast(? as interval)")
        .param(time)
        .update();
  }
}
