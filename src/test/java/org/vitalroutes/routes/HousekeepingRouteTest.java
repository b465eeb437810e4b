package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.vitalroutes.testsupport.TestSettings;

class HousekeepingRouteTest {

  private static final RouteFixture fixture =
      RouteFixture.of("housekeeping", new TestSettings().set("INBOX_RETENTION", "P90D"));

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void a_run_keeps_the_inbox_for_the_retention_and_a_failed_run_leaves_the_work_to_the_next() {
    fixture
        .neighbour("jdbc:dataSource")
        .fails(new DataAccessResourceFailureException("no database"))
        .answers(null);

    assertThat(fixture.send("direct:housekeeping-tend", null).getException()).isNull();
    assertThat(fixture.send("direct:housekeeping-tend", null).getException()).isNull();

    assertThat(fixture.neighbour("jdbc:dataSource").seen())
        .hasSize(2)
        .allSatisfy(
            statement -> {
              assertThat(statement.getMessage().getBody(String.class))
                  .contains("maintain_inbox_partitions");
              assertThat(statement.getMessage().getHeaders())
                  .containsExactlyInAnyOrderEntriesOf(
                      Map.of(
                          "inboxRetention", "P90D",
                          "auditRetention", "P0D",
                          "ledgerRetention", "P0D",
                          "deadLetterRetention", "P0D",
                          "eventsRetention", "P7D"));
            });
  }
}
