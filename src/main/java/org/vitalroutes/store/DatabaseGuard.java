package org.vitalroutes.store;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.settings.SettingsException;

/** Refuses a PostgreSQL that may forget what it has committed: an answer of 200 would be a lie. */
public final class DatabaseGuard {

  private DatabaseGuard() {}

  /**
   * Looks at the server's settings, as our sessions see them.
   *
   * @throws SettingsException when one of them gives up durability
   */
  public static void check(JdbcClient jdbc) {
    List<String> problems =
        jdbc
            .sql(
                """
                select name from pg_settings where setting = 'off'
                  and name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name
                """)
            .query(String.class)
            .list()
            .stream()
            .map(name -> "PostgreSQL runs with " + name + "=off and may lose what it has committed")
            .toList();
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }
}
