package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.FaultProxy.Way;
import org.vitalroutes.testsupport.Inspection;

/** {@code kill -9} at the points between an effect and its record. */
@Tag("faults")
class NamedPointsFaultIT {

  private static final int USERS = 8;
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String GETMEAS = "/measure getmeas";
  private static final String REFRESH = "/v2/oauth2 requesttoken refresh_token";
  private static final String NEVER = "86400000";

  static final Rig rig = new Rig(1);
  static Replica replica;
  private static long firstGroup = 1_000;

  @BeforeAll
  static void connect() {
    replica = rig.start(0);
    rig.connect(replica, 1, USERS);
  }

  @AfterEach
  void again() {
    replica.process().close();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void answered_and_not_dispatched() {
    started("DISPATCH_INTERVAL", NEVER);
    weighAll();

    killAndSeeItArrive("answered, not dispatched");
  }

  @Test
  void dispatched_and_not_claimed() {
    started("FETCH_INTERVAL", NEVER);
    weighAll();
    await().atMost(SOON).until(() -> count("select count(*) from sync_request") == USERS);

    killAndSeeItArrive("dispatched, not claimed");
  }

  @Test
  void fetched_and_the_answer_not_heard() {
    started("FETCH_INTERVAL", "200");
    long before = rig.withings.calls().count(GETMEAS);
    rig.toWithings.hold(Way.TO_CLIENT);
    weighAll();
    await().atMost(SOON).until(() -> rig.withings.calls().count(GETMEAS) >= before + USERS);

    killAndSeeItArrive("Withings asked, its answer not heard");
  }

  @Test
  void sent_and_not_received() {
    started("FETCH_INTERVAL", "200");
    rig.toFhir.hold(Way.TO_SERVER);
    weighAll();
    await().atMost(SOON).until(() -> rig.toFhir.isHolding());

    killAndSeeItArrive("sent to the FHIR server, not received");
  }

  @Test
  void received_and_the_answer_not_heard() {
    started("FETCH_INTERVAL", "200");
    rig.toFhir.hold(Way.TO_CLIENT);
    weighAll();
    await().atMost(SOON).until(NamedPointsFaultIT::allArrived);
    long before = rig.fhir.sentAgain();

    killAndSeeItArrive("the FHIR server has it, its answer not heard");

    await().atMost(SOON).until(() -> rig.waiting() == 0);
    Report.add("  sent again unchanged", Long.toString(rig.fhir.sentAgain() - before));
  }

  @Test
  void tokens_refreshed_and_the_answer_not_heard() {
    started("FETCH_INTERVAL", "200");
    expireTokens();
    long before = rig.withings.calls().count(REFRESH);
    rig.toWithings.hold(Way.TO_CLIENT);
    weighAll();
    await().atMost(SOON).until(() -> rig.withings.calls().count(REFRESH) >= before + USERS);

    killAndSeeItArrive("tokens rotated at Withings, the answer not heard");
  }

  @Test
  void tokens_refreshed_and_not_committed() {
    started("FETCH_INTERVAL", "200");
    expireTokens();
    long before = rig.withings.calls().count(REFRESH);
    rig.toWithings.hold(Way.TO_CLIENT);
    weighAll();
    await().atMost(SOON).until(() -> rig.withings.calls().count(REFRESH) >= before + USERS);
    long versions = tokenVersions();
    rig.toDatabase.hold(Way.TO_SERVER);
    rig.toWithings.release(Way.TO_CLIENT);
    await().pollDelay(Duration.ofSeconds(2)).until(() -> rig.toDatabase.isHolding());
    assertThat(tokenVersions()).isEqualTo(versions);

    killAndSeeItArrive("new tokens heard, not committed");
  }

  @Test
  void tokens_committed_and_not_used() {
    started("FETCH_INTERVAL", "200");
    expireTokens();
    long before = rig.withings.calls().count(REFRESH);
    long versions = tokenVersions();
    rig.toWithings.hold(Way.TO_CLIENT);
    weighAll();
    await().atMost(SOON).until(() -> rig.withings.calls().count(REFRESH) >= before + USERS);
    rig.toWithings.hold(Way.TO_SERVER);
    rig.toWithings.release(Way.TO_CLIENT);
    await().atMost(SOON).until(() -> tokenVersions() == versions + USERS);

    killAndSeeItArrive("new tokens committed, not used");
  }

  private static void started(String variable, String value) {
    rig.set("DISPATCH_INTERVAL", "200").set("FETCH_INTERVAL", "200").set(variable, value);
    replica = rig.start(0);
    // The timers fire once, a second after the start.
    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
  }

  private static void killAndSeeItArrive(String point) {
    replica.process().kill();
    long killed = System.nanoTime();
    for (var proxy :
        new org.vitalroutes.testsupport.FaultProxy[] {rig.toFhir, rig.toWithings, rig.toDatabase}) {
      proxy.reset();
      proxy.heal();
    }
    rig.set("DISPATCH_INTERVAL", "200").set("FETCH_INTERVAL", "200");
    replica = rig.start(0);
    long ready = System.nanoTime();
    await().atMost(TAKEN_OVER.multipliedBy(2)).until(NamedPointsFaultIT::allArrived);
    Duration taken = Duration.ofNanos(System.nanoTime() - killed);
    await().atMost(SOON).until(() -> rig.waiting() == 0);
    Report.add(
        "killed: " + point,
        "all "
            + USERS
            + " arrived "
            + taken.toSeconds()
            + " s after the kill, "
            + Duration.ofNanos(ready - killed).toSeconds()
            + " s of it the start");
    for (long user = 1; user <= USERS; user++) {
      assertThat(rig.fhir.versions(key(user))).hasSize(1);
    }
    assertThat(rig.fhir.byIdentifier("Observation"))
        .allSatisfy((key, many) -> assertThat(many).isEqualTo(1));
    assertThat(rig.fhir.byIdentifier("Patient"))
        .hasSize(USERS)
        .allSatisfy((key, many) -> assertThat(many).isEqualTo(1));
    assertThat(rig.deadLetters()).isZero();
    assertThat(count("select count(*) from connected_account where status = 'connected'"))
        .isEqualTo(USERS);
    assertThat(taken).isLessThanOrEqualTo(TAKEN_OVER.plus(Duration.ofNanos(ready - killed)));
  }

  private static void weighAll() {
    firstGroup += 100;
    long at = Instant.now().getEpochSecond() - 3_600;
    for (long user = 1; user <= USERS; user++) {
      rig.withings.addGroup(
          user,
          Inspection.weightGroup(firstGroup + user, Instant.ofEpochSecond(at), 70_000 + user),
          false);
      try {
        assertThat(rig.notify(replica, user, at - 1, at)).isEqualTo(200);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static String key(long user) {
    return "meas-" + user + "-" + (firstGroup + user) + "-1";
  }

  private static boolean allArrived() {
    for (long user = 1; user <= USERS; user++) {
      if (!rig.fhir.has(key(user))) {
        return false;
      }
    }
    return true;
  }

  private static void expireTokens() {
    rig.sql().sql("update connected_account set access_token_expires_at = now()").update();
  }

  private static long tokenVersions() {
    return count("select sum(token_version) from connected_account");
  }

  private static long count(String sql) {
    return rig.sql().sql(sql).query(Long.class).single();
  }
}
