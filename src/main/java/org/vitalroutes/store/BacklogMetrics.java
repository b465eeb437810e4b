package org.vitalroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Backlog metrics over all replicas, read by one statement. The result, or its failure, is cached
 * for at least five seconds and for 20 times the query's duration, so scraping costs under 5 % of a
 * core.
 */
public final class BacklogMetrics {

  private static final Duration KEPT = Duration.ofSeconds(5);

  /** Query timeout in seconds; a slower result is of no use to a scrape. */
  private static final int LONGEST = 8;

  private final JdbcClient jdbc;
  private final String sql;
  private final int callsPerMinute;
  private final Clock clock;

  private @Nullable Map<Figure, Double> figures;
  private Instant until = Instant.MIN;

  /**
   * Queries on first use.
   *
   * @param sql {@code sql/backlog-metrics.sql}
   */
  public BacklogMetrics(JdbcTemplate template, String sql, int callsPerMinute, Clock clock) {
    JdbcTemplate patient = new JdbcTemplate(template.getDataSource());
    patient.setQueryTimeout(LONGEST);
    this.jdbc = JdbcClient.create(patient);
    this.sql = sql;
    this.callsPerMinute = callsPerMinute;
    this.clock = clock;
  }

  private record Figure(String name, String label) {}

  /** A figure; 0 when there is nothing to count, NaN when the database does not answer. */
  public double of(String name, String label) {
    Map<Figure, Double> now = figures();
    return now == null ? Double.NaN : now.getOrDefault(new Figure(name, label), 0.0);
  }

  /** Sum of a figure over the matching labels. */
  public double of(String name, Predicate<String> labels) {
    Map<Figure, Double> now = figures();
    return now == null
        ? Double.NaN
        : now.entrySet().stream()
            .filter(each -> each.getKey().name().equals(name))
            .filter(each -> labels.test(each.getKey().label()))
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }

  private synchronized @Nullable Map<Figure, Double> figures() {
    Instant begun = clock.instant();
    if (begun.isBefore(until)) {
      return figures;
    }
    try {
      Map<Figure, Double> read = new HashMap<>();
      jdbc.sql(sql)
          .param("limit", callsPerMinute)
          .query(
              row -> {
                read.put(
                    new Figure(row.getString("name"), row.getString("label")),
                    row.getDouble("value"));
              });
      figures = read;
    } catch (DataAccessException e) {
      figures = null;
    }
    Instant ended = clock.instant();
    Duration kept = Duration.between(begun, ended).multipliedBy(20);
    until = ended.plus(kept.compareTo(KEPT) > 0 ? kept : KEPT);
    return figures;
  }
}
