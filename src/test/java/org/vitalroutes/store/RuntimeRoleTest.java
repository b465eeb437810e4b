package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.testsupport.LocalPostgres;

class RuntimeRoleTest {

  /** A role is one for the server, not for a database. */
  @Test
  void replicas_and_services_that_start_at_once_make_one_role() throws SQLException {
    List<String> urls =
        Stream.generate(() -> LocalPostgres.shared().newDatabase()).limit(2).toList();
    List<DataSource> owners =
        urls.stream()
            .<DataSource>map(url -> new DriverManagerDataSource(url, "postgres", "postgres"))
            .toList();
    owners.forEach(owner -> Flyway.configure().dataSource(owner).load().migrate());

    for (int round = 1; round <= 10; round++) {
      String role = "role " + round;
      CompletableFuture.allOf(
              IntStream.range(0, 4)
                  .mapToObj(
                      i ->
                          CompletableFuture.runAsync(
                              () -> RuntimeRole.prepare(owners.get(i % 2), role, "secret")))
                  .toArray(CompletableFuture[]::new))
          .join();

      for (String url : urls) {
        try (var connection = DriverManager.getConnection(url, role, "secret")) {
          assertThat(connection.isValid(5)).isTrue();
        }
      }
    }
  }
}
