package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** The whole path, with everything real but Withings. */
class NotificationToObservationIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  static final World world = new World();
  static RunningVitalroutes vitalroutes;

  @BeforeAll
  static void start() {
    vitalroutes = world.start();
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    world.close();
  }

  @Test
  void the_probe_of_a_signed_url_is_answered_200() {
    var probe =
        RunningVitalroutes.send(
            vitalroutes
                .request(World.signedPath(11))
                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));

    assertThat(probe.statusCode()).isEqualTo(200);
    assertThat(vitalroutes.get(World.signedPath(11)).body()).isEmpty();
  }

  @Test
  void a_weigh_in_becomes_an_observation_with_the_same_digits() {
    world.withings().addUser(11, ZoneId.of("Europe/Paris"), "Ada");

    URI app = world.connect(vitalroutes, "ada", 11);
    assertThat(app).asString().contains("status=connected");
    world.withings().weighIn(11, new BigDecimal("72.350"));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.fhir().valuesOf("ada", "29463-7")).containsExactly("72.350"));
  }
}
