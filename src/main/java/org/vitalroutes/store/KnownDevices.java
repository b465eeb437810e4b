package org.vitalroutes.store;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.withings.DeviceList;

/** The devices that Withings lists for each account. */
public final class KnownDevices {

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public KnownDevices(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /**
   * Whether the device list is due: once a week, within a day after a Device was written that is
   * new or described otherwise, and at once on a new connection, which waits for the list. Claims
   * the request for that time, on a new connection for two minutes.
   */
  public boolean areDue(UUID account) {
    return jdbc.sql(
                """
                update connected_account a set devices_requested_at = now()
                where id = :account and :scope = any(string_to_array(scopes, ','))
                  and devices_requested_at <= now()
                    - case when devices_pending then interval '2 minutes'
                      when exists (
                        select from delivered d
                        where d.account_id = a.id and d.resource_type = 'Device'
                          and d.delivered_at > a.devices_requested_at)
                      then interval '1 day' else interval '7 days' end
                """)
            .param("account", account)
            .param("scope", DeviceList.SCOPE)
            .update()
        == 1;
  }

  /** Stores a list. Devices that are no longer listed stay, marked, as their measurements do. */
  public void store(UUID account, List<KnownDevice> devices) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("update known_device set listed = false where account_id = ? and listed")
              .param(account)
              .update();
          devices.forEach(device -> store(account, device));
          jdbc.sql("update connected_account set devices_pending = false where id = ?")
              .param(account)
              .update();
        });
  }

  private void store(UUID account, KnownDevice device) {
    jdbc.sql(
            """
            insert into known_device (account_id, hash, model_id, model, type)
            values (:account, :hash, :modelId, :model, :type)
            on conflict (account_id, hash) do update set model_id = excluded.model_id,
              model = excluded.model, type = excluded.type, listed = true
            """)
        .param("account", account)
        .param("hash", device.hash())
        .param("modelId", device.modelId())
        .param("model", device.model())
        .param("type", device.type())
        .update();
  }

  /**
   * Records that the list is unavailable: it is requested again in an hour, and no work waits for
   * it.
   */
  public void recordUnknown(UUID account) {
    jdbc.sql(
            """
            update connected_account set devices_pending = false,
              devices_requested_at = now() - interval '7 days' + interval '1 hour'
            where id = ?
            """)
        .param(account)
        .update();
  }

  /** An account's known devices by hash. */
  public Map<String, KnownDevice> of(UUID account) {
    return jdbc
        .sql(
            """
            select hash, model_id, model, type, listed and not exists (
              select from known_device other
              where other.hash = known.hash and other.account_id <> known.account_id)
            from known_device known where account_id = ?
            """)
        .param(account)
        .query(
            (row, i) ->
                new KnownDevice(
                    row.getString(1),
                    row.getObject(2, Integer.class),
                    row.getString(3),
                    row.getString(4),
                    row.getBoolean(5)))
        .list()
        .stream()
        .collect(Collectors.toMap(KnownDevice::hash, Function.identity()));
  }
}
