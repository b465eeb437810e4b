package org.vitalroutes.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.core.io.ClassPathResource;

/**
 * The role that the service runs as when another owns the tables: it reads and writes rows, adds to
 * the audit trail, and changes no table.
 */
public final class RuntimeRole {

  private static final String MAY = "sql/grant-runtime-role.sql";

  private RuntimeRole() {}

  /**
   * Makes the role when there is none, and gives it what it may. Nothing happens when it owns the
   * tables itself.
   *
   * @param owner connects as whoever has just migrated the tables
   * @param name of the role
   * @param password that it gets when it is made; an existing role keeps its own
   */
  public static void prepare(DataSource owner, String name, String password) {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement()) {
      if (connection.getMetaData().getUserName().equals(name)) {
        return;
      }
      String role = statement.enquoteIdentifier(name, true);
      if (!exists(connection, name)) {
        statement.execute("create role " + role + " login");
        // Hashed here, so that it stands in no log of the server.
        connection.unwrap(PGConnection.class).alterUserPassword(name, password.toCharArray(), null);
      }
      statement.execute(
          new ClassPathResource(MAY)
              .getContentAsString(StandardCharsets.UTF_8)
              .replace("{role}", role)
              .replace("{schema}", statement.enquoteIdentifier(connection.getSchema(), true)));
    } catch (SQLException e) {
      throw new IllegalStateException("the role " + name + " could not be prepared", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean exists(Connection connection, String name) throws SQLException {
    try (var known = connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
      known.setString(1, name);
      return known.executeQuery().next();
    }
  }
}
