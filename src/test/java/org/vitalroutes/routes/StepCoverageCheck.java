package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.StepCoverage;

/** Runs after all other tests of {@code verify}, when none was left out. */
class StepCoverageCheck {

  @Test
  void every_step_of_the_routes_has_run_in_some_test() throws IOException {
    for (String choice : List.of("test", "it.test", "skipITs", "groups", "excludedGroups")) {
      assumeThat(System.getProperty(choice)).as("-D%s leaves tests out", choice).isNull();
    }
    Set<String> steps =
        RouteFolder.ofProject().parts().stream()
            .filter(part -> part.isStep() && part.value().hasNonNull("id"))
            .map(part -> part.text("id"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(steps).hasSizeGreaterThan(200);
    steps.removeAll(StepCoverage.ofThisRun());
    assertThat(steps).as("ids of steps that no test has run").isEmpty();
  }
}
