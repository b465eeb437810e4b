package org.vitalroutes.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.World;

/**
 * Accepted notifications per second, each answered after its commit, compared with pgbench, which
 * commits the same row with 16 clients in the same PostgreSQL, and with the same stack without
 * storing.
 */
final class WebhookBench {

  private static final int CONNECTIONS = 64;
  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

  private WebhookBench() {}

  static List<Figure> run(int rounds, int seconds) {
    try (World world = new World();
        Vitalroutes service = Vitalroutes.start(world, Application.class);
        Vitalroutes open = startPassive(world)) {
      int port = service.port();
      int openPort = open.port();
      prepare(world);
      // A warm-up, because the code of the second compiler is measured.
      int warm = rounds > 1 ? 60 : seconds;
      Load.run(port, CONNECTIONS, warm, 0);
      Load.run(openPort, CONNECTIONS, warm, 0);
      List<Double> ours = new ArrayList<>();
      List<Double> pgbench = new ArrayList<>();
      List<Double> without = new ArrayList<>();
      List<Double> cpu = new ArrayList<>();
      List<Double> p99 = new ArrayList<>();
      List<Double> p999 = new ArrayList<>();
      List<Double> memory = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        pgbench.add(pgbench(world, seconds));
        double before = service.service().cpuSeconds();
        Load.Result full = Load.run(port, CONNECTIONS, seconds, 0);
        requireAllAccepted(full);
        ours.add(full.perSecond());
        memory.add(service.service().residentMebibytes());
        // The processor time includes the warm-up of the load, the count does not.
        cpu.add(
            (service.service().cpuSeconds() - before) / (full.perSecond() * (seconds + 2)) * 1_000);
        without.add(Load.run(openPort, CONNECTIONS, seconds, 0).perSecond());
        Load.Result half = Load.run(port, CONNECTIONS, seconds, (int) (full.perSecond() / 2));
        requireAllAccepted(half);
        p99.add(half.p99Millis());
        p999.add(half.p999Millis());
      }
      return List.of(
          Figure.against(
              "webhook",
              "accepted notifications",
              "1/s",
              ours,
              "pgbench, one row a commit, 16 clients",
              pgbench,
              0.8,
              false,
              CONNECTIONS + " connections; every answer after its commit"),
          Figure.against(
              "webhook",
              "accepted notifications",
              "1/s",
              ours,
              "the same stack without the database",
              without,
              0.6,
              false,
              ""),
          Figure.alone("webhook", "p99 at half load", "ms", p99, 20, ""),
          Figure.alone("webhook", "p99.9 at half load", "ms", p999, 250, ""),
          Figure.alone(
              "webhook",
              "processor time for 1,000 notifications",
              "s",
              cpu,
              1,
              "dispatch included, of users who are not connected"),
          Figure.alone(
              "webhook",
              "resident memory at full load",
              "MiB",
              memory,
              350,
              "a heap of up to 256 MiB"));
    }
  }

  /** The stack that stores nothing. It does not dispatch what the other one has stored. */
  private static Vitalroutes startPassive(World world) {
    world.settings().set("DISPATCH_INTERVAL", "1d");
    return Vitalroutes.start(world, WithoutDatabase.class);
  }

  private static void requireAllAccepted(Load.Result result) {
    if (result.refused() > 0 || result.maxMillis() > 2_000) {
      throw new IllegalStateException("not every notification was accepted in time: " + result);
    }
  }

  /** A table like the inbox, as V1 of the schema makes it. */
  private static void prepare(World world) {
    JdbcClient jdbc = Database.client(world.database());
    jdbc.sql(
            """
            create table bench_inbox (
              id bigint generated always as identity primary key,
              received_at timestamptz not null, user_id text, appli integer, body bytea not null,
              oddities text[] not null, dispatched_at timestamptz)
            """)
        .update();
    jdbc.sql("create index on bench_inbox (id) where dispatched_at is null").update();
  }

  private static double pgbench(World world, int seconds) {
    try {
      Path script = Files.createTempFile("pgbench", ".sql");
      Files.writeString(
          script,
          "insert into bench_inbox (received_at, user_id, appli, body, oddities) values (now(),"
              + " '500001', 1, 'userid=500001&appli=1&startdate=1767225600&enddate=1767229200',"
              + " '{}');\n");
      String url = world.database();
      Process process =
          new ProcessBuilder(
                  "pgbench",
                  "-n",
                  "-c16",
                  "-j2",
                  "-Mprepared",
                  "-T" + seconds,
                  "-f" + script,
                  "-hlocalhost",
                  "-p" + LocalPostgres.shared().port(),
                  "-Upostgres",
                  url.substring(url.lastIndexOf('/') + 1))
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes());
      Matcher tps = TPS.matcher(output);
      if (!tps.find()) {
        throw new IllegalStateException(output);
      }
      return Double.parseDouble(tps.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "pgbench is needed; Debian's package postgresql-contrib brings it", e);
    }
  }
}
