package org.vitalroutes.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.core.io.ClassPathResource;

/**
 * The role of the running service when another role owns the tables: it reads and writes rows,
 * appends to the audit trail, and alters no table.
 */
public final class RuntimeRole {

  private static final String MAY = "sql/grant-runtime-role.sql";

  /** {@code duplicate_object} and {@code unique_violation}. */
  private static final Set<String> MADE_MEANWHILE = Set.of("42710", "23505");

  private RuntimeRole() {}

  /**
   * Creates the role if it is missing and grants its rights. Does nothing when the role owns the
   * tables.
   *
   * @param owner connects as the owner of the tables
   * @param name role name
   * @param password password of a new role; an existing role keeps its own
   */
  public static void prepare(DataSource owner, String name, String password) {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement()) {
      if (connection.getMetaData().getUserName().equals(name)) {
        return;
      }
      String role = statement.enquoteIdentifier(name, true);
      if (!exists(connection, name)) {
        create(connection, role, name, password);
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

  /** Nothing when another replica, or a service on another database of the server, is faster. */
  private static void create(Connection connection, String role, String name, String password)
      throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("create role " + role + " login");
      // Hashed by the driver, so that no server log contains the password.
      connection.unwrap(PGConnection.class).alterUserPassword(name, password.toCharArray(), null);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      if (!MADE_MEANWHILE.contains(e.getSQLState())) {
        throw e;
      }
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static boolean exists(Connection connection, String name) throws SQLException {
    try (var known = connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
      known.setString(1, name);
      return known.executeQuery().next();
    }
  }
}
