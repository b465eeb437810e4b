package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Load.Count;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.FaultProxy.Way;

/** PostgreSQL fails and recovers under load; the application is not restarted. */
@Tag("faults")
class DatabaseFaultIT {

  private static final int USERS = 60;

  /** Withings times out after two seconds; the rest is a margin for this machine. */
  private static final long LATEST_ANSWER_MILLIS = 2_000;

  private static final Duration BACK = Duration.ofSeconds(5);

  private interface Fault {
    void befall(Rig rig, Replica replica) throws Exception;
  }

  @Test
  void a_restart() {
    under(
        "PostgreSQL stopped for 10 s",
        new Database(),
        (rig, replica) -> {
          rig.database.stop();
          TimeUnit.SECONDS.sleep(10);
          rig.database.start();
        });
  }

  @Test
  void killed_backends() {
    under(
        "ten backends a second killed, for 20 s",
        new Database(),
        (rig, replica) -> {
          for (int i = 0; i < 200; i++) {
            rig.sql()
                .sql(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where application_name = 'vitalroutes' order by random() limit 1
                    """)
                .query(Boolean.class)
                .list();
            TimeUnit.MILLISECONDS.sleep(100);
          }
        });
  }

  @Test
  void silence() {
    under(
        "PostgreSQL says nothing for 10 s",
        new Database(),
        (rig, replica) -> {
          rig.toDatabase.hold(Way.TO_SERVER, Way.TO_CLIENT);
          TimeUnit.SECONDS.sleep(10);
          rig.toDatabase.heal();
        });
  }

  @Test
  void a_black_hole() {
    under(
        "what is sent to PostgreSQL disappears for 10 s",
        new Database(),
        (rig, replica) -> {
          rig.toDatabase.swallow();
          TimeUnit.SECONDS.sleep(10);
          rig.toDatabase.heal();
        });
  }

  @Test
  void no_connection_left() {
    under(
        "every connection of PostgreSQL taken, ours killed, for 10 s",
        new Database(),
        (rig, replica) -> {
          List<Connection> taken = new ArrayList<>();
          String url = rig.database.url(rig.database.port());
          for (int i = 0; i < 200; i++) {
            try {
              taken.add(DriverManager.getConnection(url, "postgres", "postgres"));
              rig.toDatabase.reset();
            } catch (SQLException e) {
              TimeUnit.MILLISECONDS.sleep(50);
            }
          }
          for (Connection each : taken) {
            each.close();
          }
        });
  }

  @Test
  void a_full_disk() throws Exception {
    Path disk = Files.createTempDirectory("vitalroutes-disk");
    boolean mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString())
                .start()
                .waitFor()
            == 0;
    assumeThat(mounted).as("a small file system can be mounted").isTrue();
    try {
      under(
          "the disk of PostgreSQL full for 10 s",
          new Database(disk.resolve("data")),
          (rig, replica) -> {
            Path filler = disk.resolve("filler");
            fill(filler);
            TimeUnit.SECONDS.sleep(10);
            Files.delete(filler);
          });
    } finally {
      new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }
  }

  private static void fill(Path filler) {
    try (var out = Files.newOutputStream(filler)) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // The disk is full.
    }
  }

  private static void under(String name, Database database, Fault fault) {
    try (Rig rig = new Rig(1, database)) {
      Replica replica = rig.start(0);
      rig.connect(replica, 1, USERS);
      Count count;
      Duration back;
      try (Load load = new Load(rig, 1, USERS, 20, number -> replica)) {
        await().atMost(Duration.ofMinutes(1)).until(() -> load.answeredSoFar() > 20);
        fault.befall(rig, replica);
        long began = System.nanoTime();
        int before = load.answeredSoFar();
        await()
            .pollInterval(Duration.ofMillis(50))
            .atMost(Duration.ofMinutes(2))
            .until(() -> load.answeredSoFar() > before);
        back = Duration.ofNanos(System.nanoTime() - began);
        TimeUnit.SECONDS.sleep(5);
        load.close();
        await().atMost(Duration.ofMinutes(3)).until(() -> rig.waiting() == 0);
        count = load.count();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      Report.add(
          name,
          count
              + ", answered 200 again after "
              + back.toMillis()
              + " ms, dead letters "
              + rig.deadLetters());
      assertThat(replica.process().isRunning()).isTrue();
      assertThat(count.lost()).isEmpty();
      assertThat(count.duplicated()).isEmpty();
      assertThat(count.unexpected()).isEmpty();
      assertThat(count.wrong()).isEmpty();
      assertThat(count.unanswered()).isZero();
      assertThat(count.slowestAnswer()).isLessThanOrEqualTo(LATEST_ANSWER_MILLIS);
      assertThat(back).isLessThanOrEqualTo(BACK);
      assertThat(rig.deadLetters()).isZero();
    }
  }
}
