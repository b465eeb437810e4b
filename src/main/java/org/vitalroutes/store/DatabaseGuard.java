package org.vitalroutes.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

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

  /** SQLSTATEs of a statement that another connection has prepared under the same name, or none. */
  private static final Set<String> FOREIGN_STATEMENT = Set.of("42P05", "26000", "08P01");

  static final String POOLER =
      "A pooler before PostgreSQL mixes up prepared statements: set prepareThreshold=0 in"
          + " SPRING_DATASOURCE_URL, or max_prepared_statements in PgBouncer 1.21 or newer";

  private DatabaseGuard() {}

  /** Checks every connection that a pool opens, and drops those that have become read-only. */
  public static void guard(HikariConfig pool) {
    pool.setConnectionInitSql(CHECK);
    pool.setExceptionOverride(new EvictReadOnly());
  }

  /**
   * Fails where one connection's prepared statements are another's too, as behind a PgBouncer that
   * gives a server to one transaction at a time and does not know them.
   */
  public static void requireOwnStatements(DataSource database) throws SQLException {
    try (Connection one = database.getConnection();
        Connection other = database.getConnection()) {
      for (Connection connection : List.of(one, other, one)) {
        try (PreparedStatement statement = connection.prepareStatement("select 1")) {
          // The driver prepares a statement on the server when it is used the fifth time.
          for (int i = 0; i < 6; i++) {
            statement.execute();
          }
        }
      }
    } catch (SQLException e) {
      if (FOREIGN_STATEMENT.contains(String.valueOf(e.getSQLState()))) {
        throw new PSQLException(POOLER, PSQLState.CONNECTION_REJECTED);
      }
      throw e;
    }
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
