package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.ZoneId;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.testsupport.ApplicationProcess;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** A notification answered 200 is delivered even if the application is killed at once. */
class CrashIT {

  private static final Duration A_START = Duration.ofSeconds(120);

  private static final Duration A_TAKEOVER = Duration.ofSeconds(120);

  static final World world = new World();

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void a_kill_between_the_answer_and_the_delivery_loses_nothing() {
    world.withings().addUser(21, ZoneId.of("Asia/Kolkata"), "Grace");
    try (RunningVitalroutes vitalroutes = world.start()) {
      assertThat(world.connect(vitalroutes, "grace", 21)).asString().contains("status=connected");
    }
    ApplicationProcess killed = ApplicationProcess.start(world.settings());
    awaitAlive(killed);
    world.withings().faults().add(Fault.delay(Duration.ofSeconds(5)).onAction("getmeas").times(1));
    long before = world.withings().calls().count("/measure getmeas");
    world.withings().weighIn(21, new BigDecimal("68.900"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> world.withings().calls().count("/measure getmeas") > before);

    killed.kill();
    new Inspection(world.database()).leasesHaveEnded();

    assertThat(world.fhir().valuesOf("grace", "29463-7")).isEmpty();
    try (ApplicationProcess restarted = ApplicationProcess.start(world.settings())) {
      await()
          .atMost(A_TAKEOVER)
          .untilAsserted(
              () -> {
                assertThat(restarted.isRunning()).isTrue();
                assertThat(world.fhir().valuesOf("grace", "29463-7")).containsExactly("68.900");
              });
    }
  }

  private static void awaitAlive(ApplicationProcess application) {
    try {
      await().atMost(A_START).ignoreExceptions().until(() -> probe() == 200);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not alive; it said:\n" + application.output(), e);
    }
  }

  private static int probe() {
    String url = world.settings().variables().get("PUBLIC_URL");
    return RunningVitalroutes.send(HttpRequest.newBuilder(URI.create(url + "/livez")).GET())
        .statusCode();
  }
}
