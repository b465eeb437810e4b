package org.vitalroutes.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.World;

/**
 * Cost of the schedules with many accounts: finding due accounts, idling, and the distribution of a
 * day's polls under the budget.
 */
final class SchedulesBench {

  private static final int MILLION = 1_000_000;
  private static final int ACCOUNTS = 100_000;
  private static final int CALLS_PER_MINUTE = 120;
  private static final int MINUTES = 24 * 60;
  private static final int AT_ONCE = 500;
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final String LOOK = statement();

  private SchedulesBench() {}

  static List<Figure> run(int rounds) {
    List<Figure> figures = new ArrayList<>(due(rounds));
    figures.addAll(day("P5D", ACCOUNTS));
    figures.addAll(day("PT6H", ACCOUNTS));
    return figures;
  }

  // ── Who is due ────────────────────────────────────────────────────────────────────────────────

  private static List<Figure> due(int rounds) {
    JdbcClient jdbc = database();
    seed(jdbc, MILLION, "measures");
    jdbc.sql(
            """
            update cursor set next_poll_at = case when random() < 0.01 then now()
              else now() + interval '6 hours' * (random() + 0.1) end, full_read_at = now()
            """)
        .update();
    jdbc.sql("vacuum analyze cursor").update();
    // Only the part of the statement that finds and locks the due cursors.
    String scan =
        "select count(*) from ("
            + LOOK.substring(LOOK.indexOf("due as (") + 8, LOOK.indexOf("),\n-- The gap"))
            + ") as due";
    List<Double> found = new ArrayList<>();
    List<Double> looked = new ArrayList<>();
    long rows = 0;
    for (int round = -1; round < rounds; round++) {
      long begun = System.nanoTime();
      rows = look(jdbc, scan, "PT6H", MILLION).query(Long.class).single();
      long between = System.nanoTime();
      look(jdbc, LOOK, "PT6H", AT_ONCE).update();
      long ended = System.nanoTime();
      jdbc.sql(
              """
              update cursor set next_poll_at = now()
              where account_id = any(array(select account_id from sync_request))
              """)
          .update();
      jdbc.sql("truncate sync_request cascade").update();
      if (round >= 0) {
        found.add((between - begun) / 1e6);
        looked.add((ended - between) / 1e6);
      }
    }
    return List.of(
        Figure.alone(
            "schedules",
            "to find and lock what is due",
            "ms",
            found,
            50,
            String.format(Locale.ROOT, "%,d of %,d cursors are due", rows, MILLION)),
        Figure.alone(
            "schedules",
            "a look as the route takes it",
            "ms",
            looked,
            250,
            AT_ONCE + " polls asked for and placed anew, of as many that are due"));
  }

  // ── Nothing to do ─────────────────────────────────────────────────────────────────────────────

  static List<Figure> idle() {
    try (World world = new World()) {
      Vitalroutes.start(world, Application.class).close();
      JdbcClient jdbc = Database.client(world.database());
      seed(jdbc, ACCOUNTS, kinds());
      jdbc.sql("update cursor set next_poll_at = now() + interval '1 day', full_read_at = now()")
          .update();
      jdbc.sql("update connected_account set next_subscription_check_at = now() + interval '1 day'")
          .update();
      jdbc.sql("vacuum analyze").update();
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        // Excludes the compilation and first polls after a start.
        Pause.millis(IDLE.toMillis());
        double before = vitalroutes.service().cpuSeconds();
        double databaseBefore = Database.cpuSeconds(jdbc);
        Pause.millis(IDLE.toMillis());
        double used = vitalroutes.service().cpuSeconds() - before;
        double databaseUsed = Database.cpuSeconds(jdbc) - databaseBefore;
        String note = String.format(Locale.ROOT, "%,d accounts of which none is due", ACCOUNTS);
        return List.of(
            Figure.alone(
                "schedules",
                "idle, Vitalroutes",
                "% of a core",
                List.of(100 * used / IDLE.toSeconds()),
                2,
                note),
            Figure.alone(
                "schedules",
                "idle, PostgreSQL",
                "% of a core",
                List.of(100 * databaseUsed / IDLE.toSeconds()),
                2,
                note));
      }
    }
  }

  // ── A day ─────────────────────────────────────────────────────────────────────────────────────

  /**
   * A day of scheduled runs of the route's statement, one per minute, in a database whose now() is
   * set.
   */
  private static List<Figure> day(String every, int accounts) {
    JdbcClient jdbc = database();
    seed(jdbc, accounts, kinds());
    jdbc.sql("create schema simulated").update();
    jdbc.sql("create table simulated.clock (at timestamptz not null)").update();
    jdbc.sql("insert into simulated.clock values (now())").update();
    jdbc.sql(
            """
            create function simulated.now() returns timestamptz language sql stable
            as 'select at from simulated.clock'
            """)
        .update();
    // Named after the other schema, PostgreSQL's own now() is hidden.
    jdbc.sql("set search_path = simulated, public, pg_catalog").update();
    // Assigns every cursor its place in the interval.
    look(jdbc, LOOK, every, 0).update();
    jdbc.sql("vacuum analyze").update();
    List<Double> calls = new ArrayList<>();
    OffsetDateTime start = jdbc.sql("select now()").query(OffsetDateTime.class).single();
    for (int minute = 1; minute <= MINUTES; minute++) {
      jdbc.sql("update simulated.clock set at = ?").param(start.plusMinutes(minute)).update();
      look(jdbc, LOOK, every, AT_ONCE).update();
      calls.add(
          (double)
              jdbc.sql(
                      """
                      with served as (
                        delete from sync_request where id = any(array(
                          select id from sync_request order by id limit ?))
                        returning account_id, kind)
                      update cursor c set last_update = now(), last_synced_at = now()
                      from served s where c.account_id = s.account_id and c.kind = s.kind
                      """)
                  .param(CALLS_PER_MINUTE)
                  .update());
    }
    long polled =
        jdbc.sql("select count(*) from cursor where last_synced_at > ?")
            .param(start)
            .query(Long.class)
            .single();
    double mean = calls.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double deviation =
        Math.sqrt(
            calls.stream().mapToDouble(each -> (each - mean) * (each - mean)).average().orElse(0));
    return List.of(
        Figure.alone(
            "schedules",
            "polls in a minute, the most of a day, CATCH_UP_EVERY=" + every,
            "",
            List.of(calls.stream().mapToDouble(Double::doubleValue).max().orElseThrow()),
            CALLS_PER_MINUTE,
            String.format(
                Locale.ROOT,
                "%,d accounts, %,d cursors; mean %.1f, standard deviation %.1f, least %.0f; %,.0f polls"
                    + " of %,d cursors",
                accounts,
                accounts * DataKind.values().length,
                mean,
                deviation,
                calls.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                mean * MINUTES,
                polled)));
  }

  // ── Everything ────────────────────────────────────────────────────────────────────────────────

  private static String[] kinds() {
    return Stream.of(DataKind.values()).map(DataKind::code).toArray(String[]::new);
  }

  /** An empty database on one connection, so that session settings persist. */
  private static JdbcClient database() {
    String url = LocalPostgres.shared().newDatabase();
    Flyway.configure().dataSource(url, "postgres", "postgres").load().migrate();
    return Database.connected(url);
  }

  private static void seed(JdbcClient jdbc, int accounts, String... kinds) {
    jdbc.sql(
            """
            insert into connected_account (provider, subject, external_user_id, status, scopes)
            select 'withings', 'bench-' || i, i::text, 'connected', 'user.metrics,user.activity'
            from generate_series(1, ?) i
            """)
        .param(accounts)
        .update();
    jdbc.sql(
            """
            insert into cursor (account_id, kind, last_update, last_synced_at)
            select a.id, k, now() - interval '1 hour', now() - interval '1 hour'
            from connected_account a, unnest(?::text[]) k
            """)
        .param(kinds)
        .update();
    jdbc.sql("vacuum analyze").update();
  }

  private static JdbcClient.StatementSpec look(
      JdbcClient jdbc, String sql, String every, int most) {
    JdbcClient.StatementSpec look =
        jdbc.sql(sql).param("catchupevery", every).param("catchupbatchsize", most);
    return look.param("fullreadevery", "P7D");
  }

  private static String statement() {
    try {
      return Pattern.compile("'\\$\\{properties:([a-z.-]+)}'")
          .matcher(Files.readString(Path.of("src/main/resources/sql/due-catch-ups.sql")))
          .replaceAll(found -> ":" + found.group(1).replaceAll("[.-]", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
