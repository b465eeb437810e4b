package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.operations.Schedule;
import org.vitalroutes.store.Overview;

/** The schedules of all replicas. */
@Component
final class ListSchedules {

  private final Overview overview;

  ListSchedules(Overview overview) {
    this.overview = overview;
  }

  @Handler
  List<Schedule> list() {
    return overview.schedules();
  }
}
