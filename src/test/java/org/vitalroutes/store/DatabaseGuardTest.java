package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.testsupport.LocalPostgres;

class DatabaseGuardTest {

  @ParameterizedTest
  @ValueSource(strings = {"synchronous_commit=off", "synchronous_commit=local"})
  void a_server_that_may_lose_what_it_committed_is_refused(String setting) {
    assertThatThrownBy(() -> pool("?options=-c%20" + setting).close())
        .rootCause()
        .hasMessageContaining("PostgreSQL runs with " + setting);
  }

  @Test
  void a_server_that_does_not_write_is_refused() {
    assertThatThrownBy(() -> pool("?options=-c%20default_transaction_read_only=on").close())
        .rootCause()
        .hasMessageContaining("PostgreSQL is read-only");
  }

  /** As when the server behind it has become a standby. */
  @Test
  void a_connection_that_has_become_read_only_leaves_the_pool() {
    try (HikariDataSource pool = pool("")) {
      JdbcClient jdbc = JdbcClient.create(pool);
      jdbc.sql("create table written (id int)").update();
      jdbc.sql("set session characteristics as transaction read only").update();

      assertThatThrownBy(() -> jdbc.sql("insert into written values (1)").update())
          .rootCause()
          .hasMessageContaining("read-only transaction");

      assertThat(jdbc.sql("insert into written values (2)").update()).isEqualTo(1);
    }
  }

  private static HikariDataSource pool(String options) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(LocalPostgres.shared().newDatabase() + options);
    config.setUsername("postgres");
    config.setPassword("postgres");
    config.setMaximumPoolSize(1);
    DatabaseGuard.guard(config);
    return new HikariDataSource(config);
  }
}
