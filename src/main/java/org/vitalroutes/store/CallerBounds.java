package org.vitalroutes.store;

import java.time.Duration;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.ApiException;

/** How often one caller may do something that costs others, over all replicas. */
public final class CallerBounds {

  /** The counted actions, with their limit and period. */
  public enum Bound {
    INITIATION(10, Duration.ofMinutes(1)),
    FAILED_EXCHANGE(5, Duration.ofHours(1));

    private final int most;
    private final Duration period;

    Bound(int most, Duration period) {
      this.most = most;
      this.period = period;
    }

    private String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public CallerBounds(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /**
   * Counts one attempt.
   *
   * @throws ApiException when the caller has used up the bound; such an attempt does not count
   */
  public void count(String subject, Bound bound) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:bound || ':' || :subject, 0))")
              .param("bound", bound.code())
              .param("subject", subject)
              .query((row, i) -> true)
              .list();
          require(subject, bound);
          record(subject, bound);
        });
  }

  /** Records an attempt that has happened. */
  public void record(String subject, Bound bound) {
    jdbc.sql("insert into caller_attempt (subject, bound) values (?, ?)")
        .param(subject)
        .param(bound.code())
        .update();
  }

  /**
   * Requires that the caller has not used up a bound.
   *
   * @throws ApiException with the time after which another call is accepted
   */
  public void require(String subject, Bound bound) {
    jdbc.sql(
            """
            select ceil(extract(epoch from at - now()) + :period)::bigint from caller_attempt
            where subject = :subject and bound = :bound
              and at > now() - make_interval(secs => :period)
            order by at desc offset :others limit 1
            """)
        .param("period", (double) bound.period.toSeconds())
        .param("subject", subject)
        .param("bound", bound.code())
        .param("others", bound.most - 1)
        .query(Long.class)
        .optional()
        .ifPresent(
            seconds -> {
              throw ApiException.tooManyRequests(Duration.ofSeconds(Math.max(1, seconds)));
            });
  }
}
