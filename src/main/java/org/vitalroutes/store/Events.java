package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.events.Event;
import org.vitalroutes.events.EventQueue;
import org.vitalroutes.events.Sink;
import org.vitalroutes.operations.Summary;

/**
 * The outbox of events. They are written by {@code record_event} in the schema, within the
 * transaction of what happened; here they are sent. Leases use the database's clock.
 */
public final class Events {

  /** Reason of the dead letter of an event. */
  public static final String NOT_TAKEN = "event-not-taken";

  /** An event that was tried for so long in vain waits for an operator. */
  private static final String PATIENCE = "interval '3 days'";

  private static final String LEASE = "interval '60 seconds'";

  /** Sent with one claim, so that an account with many events does not keep the others waiting. */
  private static final int MOST_EVENTS = 50;

  private static final String WAITING = " sent_at is null and dead_at is null ";
  private static final String MINE =
      " where sink = :sink and account_id = :account and fence = :fence and leased_by = :worker ";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;
  private final UUID worker = UUID.randomUUID();

  public Events(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.audit = audit;
  }

  /**
   * From now on events are written for these sinks and for no other. One that had answered that it
   * is gone is tried again.
   */
  public void start(Collection<Sink> sinks) {
    transaction.executeWithoutResult(
        status -> {
          for (Sink sink : Sink.values()) {
            jdbc.sql(
                    sinks.contains(sink)
                        ? """
                        insert into event_sink (name) values (?)
                        on conflict (name) do update set enabled = true, gone_at = null
                        """
                        : "update event_sink set enabled = false where name = ? and enabled")
                .param(sink.code())
                .update();
          }
        });
  }

  /** Claims accounts whose events are due, and their oldest events. */
  public List<EventQueue> claim(Sink sink, int most) {
    return jdbc
        .sql(
            """
            update event_queue q set leased_by = :worker, fence = q.fence + 1,
              leased_until = now() + %s
            from (
              select account_id from event_queue
              where sink = :sink and not_before <= now()
                and (leased_until is null or leased_until < now())
                and exists (select from event_sink
                  where name = :sink and enabled and gone_at is null)
              order by not_before limit :most
              for update skip locked) due
            where q.sink = :sink and q.account_id = due.account_id
            returning q.account_id, q.fence, q.tries
            """
                .formatted(LEASE))
        .param("worker", worker)
        .param("sink", sink.code())
        .param("most", most)
        .query(
            (row, i) ->
                new EventQueue(
                    sink,
                    row.getObject("account_id", UUID.class),
                    row.getLong("fence"),
                    row.getInt("tries"),
                    List.of()))
        .list()
        .stream()
        .map(this::withEvents)
        .toList();
  }

  private EventQueue withEvents(EventQueue queue) {
    List<Event> events =
        jdbc.sql(
                "select id, message_id, type, occurred_at, data::text from event"
                    + " where sink = ? and account_id = ? and"
                    + WAITING
                    + "order by id limit ?")
            .param(queue.sink().code())
            .param(queue.account())
            .param(MOST_EVENTS)
            .query((row, i) -> event(row))
            .list();
    return new EventQueue(queue.sink(), queue.account(), queue.fence(), queue.tries(), events);
  }

  private static Event event(ResultSet row) throws SQLException {
    return new Event(
        row.getLong("id"),
        row.getString("message_id"),
        row.getString("type"),
        row.getTimestamp("occurred_at").toInstant(),
        row.getString("data"));
  }

  /**
   * Extends the lease before an event is sent; false when another worker has taken over, or the
   * receiver is gone.
   */
  public boolean hold(EventQueue queue) {
    return mine(
            queue,
            "update event_queue set leased_until = now() + "
                + LEASE
                + MINE
                + "and exists (select from event_sink where name = :sink and gone_at is null)")
        > 0;
  }

  /** Records that an event was sent, even when another replica holds the lease by now. */
  public void taken(EventQueue queue, Event event, String answer) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("update event set sent_at = now() where id = ? and" + WAITING)
              .param(event.id())
              .update();
          if (queue.tries() > 0) {
            mine(queue, "update event_queue set tries = 0, failing_since = null" + MINE);
          }
          answered(queue.sink(), answer);
        });
  }

  /** Ends a claim all of whose events were taken. */
  public void release(EventQueue queue) {
    transaction.executeWithoutResult(
        status -> {
          // Who writes an event holds this lock until the commit.
          jdbc.sql("select pg_advisory_xact_lock(hashtext('event'), hashtext(?))")
              .param(queue.account().toString())
              .query((row, i) -> true)
              .list();
          mine(
              queue,
              "delete from event_queue q"
                  + MINE
                  + "and not exists (select from event e"
                  + " where e.sink = q.sink and e.account_id = q.account_id and"
                  + WAITING
                  + ")");
          mine(
              queue,
              "update event_queue set leased_by = null, leased_until = null, not_before = now()"
                  + MINE);
        });
  }

  /**
   * Ends a claim whose next event was not taken: it is tried again after a while, and the later
   * ones of the account wait. An event that was tried for three days becomes a dead letter.
   *
   * @return whether it became one
   */
  public boolean failed(EventQueue queue, Event event, String answer, Duration wait) {
    return Boolean.TRUE.equals(
        transaction.execute(
            status -> {
              answered(queue.sink(), answer);
              int dead = giveUp(queue, event, answer);
              mine(
                  queue,
                  """
                  update event_queue set tries = tries + 1, leased_by = null, leased_until = null,
                    failing_since = coalesce(failing_since, now()),
                    not_before = now() + make_interval(secs => %s)
                  """
                          .formatted(wait.toMillis() / 1000.0)
                      + MINE);
              return dead > 0;
            }));
  }

  /** Turns an event that was tried for so long into a dead letter, unless its account is erased. */
  private int giveUp(EventQueue queue, Event event, String answer) {
    return jdbc.sql(
            """
            with dead as (
              update event e set dead_at = now() from event_queue q
              where e.id = :event and e.sent_at is null and e.dead_at is null
                and q.sink = :sink and q.account_id = :account and q.fence = :fence
                and q.leased_by = :worker
                and greatest(e.occurred_at, coalesce(q.failing_since, now())) <= now() - %s
              returning e.id, e.account_id, e.type, q.tries),
            kept as (
              insert into dead_letter (account_id, tries, reason, detail, event_id)
              select account_id, tries + 1, :reason, :sink || ' did not take ' || type || ': ' || :answer,
                dead.id
              from dead join connected_account a on a.id = dead.account_id)
            select count(*) from dead
            """
                .formatted(PATIENCE))
        .param("event", event.id())
        .param("sink", queue.sink().code())
        .param("account", queue.account())
        .param("fence", queue.fence())
        .param("worker", worker)
        .param("reason", NOT_TAKEN)
        .param("answer", answer)
        .query(Integer.class)
        .single();
  }

  /** Ends a claim, and all others, as the receiver wants no more events until the next start. */
  public void gone(EventQueue queue, String answer) {
    transaction.executeWithoutResult(
        status -> {
          answered(queue.sink(), answer);
          jdbc.sql("update event_sink set gone_at = now() where name = ? and gone_at is null")
              .param(queue.sink().code())
              .update();
          mine(queue, "update event_queue set leased_by = null, leased_until = null" + MINE);
        });
  }

  /** The last answer of a sink; written now and then, as all workers share the row. */
  private void answered(Sink sink, String answer) {
    jdbc.sql(
            """
            update event_sink set last_answer = :answer, last_answer_at = now()
            where name = :sink and (last_answer is distinct from :answer
              or last_answer_at < now() - interval '5 seconds')
            """)
        .param("answer", answer)
        .param("sink", sink.code())
        .update();
  }

  private int mine(EventQueue queue, String sql) {
    return jdbc.sql(sql)
        .param("sink", queue.sink().code())
        .param("account", queue.account())
        .param("fence", queue.fence())
        .param("worker", worker)
        .update();
  }

  /** Sends again what waits, now, and what had become a dead letter; the number of the latter. */
  public int sendAgain(String actor) {
    Integer dead =
        transaction.execute(
            status -> {
              jdbc.sql("update event_sink set gone_at = null where gone_at is not null").update();
              jdbc.sql(
                      """
                      insert into event_queue (sink, account_id)
                      select distinct sink, account_id from event where dead_at is not null
                      on conflict do nothing
                      """)
                  .update();
              int again =
                  jdbc.sql("update event set dead_at = null where dead_at is not null").update();
              jdbc.sql(
                      """
                      update dead_letter set settled = 'replayed', settled_at = now(),
                        settled_by = ?
                      where event_id is not null and settled is null
                      """)
                  .param(actor)
                  .update();
              jdbc.sql(
                      """
                      update event_queue set not_before = now(), tries = 0, failing_since = null
                      where leased_by is null
                      """)
                  .update();
              audit.record(actor, "send_events_again", null, again + " dead letters");
              return again;
            });
    return dead == null ? 0 : dead;
  }

  /** What waits for each sink, and its last answer. */
  public Map<String, Summary.Events> summary() {
    Map<String, Summary.Events> summary = new LinkedHashMap<>();
    jdbc.sql(
            """
            select s.name, s.gone_at, s.last_answer, s.last_answer_at,
              (select count(*) from event e where e.sink = s.name and %1$s) as waiting,
              (select occurred_at from event e where e.sink = s.name and %1$s
                order by id limit 1) as oldest,
              (select count(*) from event e where e.sink = s.name and dead_at is not null) as dead
            from event_sink s where enabled order by s.name desc
            """
                .formatted(WAITING))
        .query(
            row -> {
              summary.put(
                  row.getString("name"),
                  new Summary.Events(
                      row.getLong("waiting"),
                      DeadLetters.instant(row, "oldest"),
                      row.getLong("dead"),
                      DeadLetters.instant(row, "gone_at"),
                      row.getString("last_answer"),
                      DeadLetters.instant(row, "last_answer_at")));
            });
    return summary;
  }
}
