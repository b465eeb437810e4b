package org.vitalroutes.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Keeps out of the pool every connection to a PostgreSQL that may lose what it has committed, or
 * that does not write. A failover may bring another server at any time, so each new connection is
 * checked, not only the first.
 */
public final class DatabaseGuard {

  /** SQLSTATE of a connection that is refused here. */
  static final String REFUSED = "VR001";

  /** SQLSTATE of a write on a server that has become read-only. */
  private static final String READ_ONLY = "25006";

  private static final String CHECK =
      """
      do $$
      declare
        weak text := (select string_agg(name || '=' || setting, ', ' order by name) from pg_settings
          where name in ('fsync', 'synchronous_commit', 'full_page_writes')
            and setting in ('off', 'local'));
      begin
        if weak is not null then
          raise exception 'PostgreSQL runs with % and may lose what it has committed', weak
            using errcode = 'VR001';
        end if;
        if current_setting('transaction_read_only') = 'on' then
          raise exception 'PostgreSQL is read-only: a standby, or default_transaction_read_only=on'
            using errcode = 'VR001';
        end if;
      end $$
      """;

  private DatabaseGuard() {}

  /** Checks every connection that a pool opens, and drops those that have become read-only. */
  public static void guard(HikariConfig pool) {
    pool.setConnectionInitSql(CHECK);
    pool.setExceptionOverride(new EvictReadOnly());
  }

  /** Evicts a connection whose server has become a standby; the next one finds the primary. */
  public static final class EvictReadOnly implements SQLExceptionOverride {

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
      return READ_ONLY.equals(failure.getSQLState())
          ? Override.MUST_EVICT
          : Override.CONTINUE_EVICT;
    }
  }
}
