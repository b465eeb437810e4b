package org.vitalroutes.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.testsupport.World;

/**
 * Throughput of one, two and three replicas on one PostgreSQL, and PostgreSQL's processor time. One
 * and two are measured again, to show a drift of the machine.
 */
final class ReplicasBench {

  private static final int CONNECTIONS = 60;
  private static final int MOST = 3;

  private ReplicasBench() {}

  static List<Figure> run(int seconds, int warmUp) {
    Deque<Vitalroutes> replicas = new ArrayDeque<>();
    try (World world = new World()) {
      JdbcClient jdbc = Database.connected(world.database());
      List<List<Double>> accepted = new ArrayList<>();
      List<Double> database = new ArrayList<>();
      for (int n = 1; n <= MOST; n++) {
        replicas.addLast(Vitalroutes.start(world, Application.class));
        Load.run(replicas.getLast().port(), CONNECTIONS, warmUp, 0);
        accepted.add(new ArrayList<>());
        measure(replicas, jdbc, seconds, accepted.get(n - 1), database);
      }
      for (int n = MOST - 1; n >= 1; n--) {
        replicas.removeLast().close();
        measure(replicas, jdbc, seconds, accepted.get(n - 1), database);
      }
      List<Figure> figures = new ArrayList<>();
      for (int n = 2; n <= MOST; n++) {
        figures.add(
            Figure.against(
                "replicas",
                "accepted notifications, " + n + " replicas",
                "1/s",
                accepted.get(n - 1),
                "one replica",
                accepted.get(0),
                0.9,
                false,
                "on the same two cores, on which there is nothing more to be had"));
      }
      figures.add(
          Figure.alone(
              "replicas",
              "PostgreSQL's processor time for 1,000 notifications",
              "s",
              database,
              0.5,
              "with one to three replicas; stored and dispatched"));
      return figures;
    } finally {
      replicas.forEach(Vitalroutes::close);
    }
  }

  private static void measure(
      Deque<Vitalroutes> replicas,
      JdbcClient jdbc,
      int seconds,
      List<Double> accepted,
      List<Double> database) {
    awaitDispatched(jdbc);
    double before = Database.cpuSeconds(jdbc);
    long stored = stored(jdbc);
    Load.Result result =
        Load.run(replicas.stream().map(Vitalroutes::port).toList(), CONNECTIONS, seconds, 0);
    awaitDispatched(jdbc);
    accepted.add(result.perSecond());
    database.add((Database.cpuSeconds(jdbc) - before) / (stored(jdbc) - stored) * 1_000);
  }

  private static long stored(JdbcClient jdbc) {
    return jdbc.sql("select count(*) from notification").query(Long.class).single();
  }

  private static void awaitDispatched(JdbcClient jdbc) {
    while (jdbc.sql("select exists (select from notification where dispatched_at is null)")
        .query(Boolean.class)
        .single()) {
      Pause.millis(100);
    }
  }
}
