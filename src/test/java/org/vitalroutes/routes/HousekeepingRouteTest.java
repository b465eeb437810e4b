package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class HousekeepingRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("housekeeping");

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void a_run_that_fails_leaves_the_work_to_the_next() {
    fixture
        .neighbour("jdbc:dataSource")
        .fails(new DataAccessResourceFailureException("no database"))
        .answers(null);

    assertThat(fixture.send("direct:housekeeping-tend", null).getException()).isNull();
    assertThat(fixture.send("direct:housekeeping-tend", null).getException()).isNull();

    assertThat(fixture.neighbour("jdbc:dataSource").seen()).hasSize(2);
  }

  @Test
  void a_run_settles_deliveries_without_a_clear_outcome() {
    fixture.neighbour("jdbc:dataSource").forget();

    assertThat(fixture.send("direct:housekeeping-settle-deliveries", null).getException()).isNull();

    assertThat(fixture.neighbour("jdbc:dataSource").seen()).hasSize(1);
  }
}
