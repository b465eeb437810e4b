package org.vitalroutes.store;

import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.breaker.Breaker;

/** Destinations that are down, as each replica sees it. Empty in normal operation. */
public final class Outages {

  private final JdbcClient jdbc;

  public Outages(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Reports what this replica sees; repeated every few seconds, as old rows are ignored. */
  public void report(UUID worker, List<Breaker.View> open) {
    jdbc.sql("delete from outage where worker = ? or seen_at < now() - interval '1 hour'")
        .param(worker)
        .update();
    for (Breaker.View each : open) {
      jdbc.sql(
              """
              insert into outage (destination, worker, state, since, until, problem)
              values (?, ?, ?, ?, ?, ?)
              """)
          .param(each.destination().code())
          .param(worker)
          .param(each.state())
          .param(Timestamp.from(each.since()))
          .param(Timestamp.from(each.until()))
          .param(each.problem())
          .update();
    }
  }
}
