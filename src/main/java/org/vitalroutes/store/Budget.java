package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.RetryAfter;

/**
 * The budget of Withings calls, shared by all replicas: no sliding 60 seconds at Withings see more
 * calls. All times are the database's.
 *
 * <p>A row is a slot for one call, free again a minute after the answer, so the number of slots
 * bounds the calls of any minute.
 */
public final class Budget {

  /** The permit of a call without a limit. */
  private static final Permit UNLIMITED = new Permit(-1, 0);

  /** Look-ahead window: a quarter of the budget frees up within it, more than the reserve. */
  private static final int SOON_SECONDS = 15;

  /**
   * Codes are exchanged before everything else and during a pause, so they get a sixth of the
   * budget at most: callers who begin connections cannot use up what notifications need.
   */
  private static final int CODES_SHARE = 6;

  private final JdbcClient jdbc;
  private final int callsPerMinute;

  public Budget(JdbcClient jdbc, int callsPerMinute) {
    this.jdbc = jdbc;
    this.callsPerMinute = callsPerMinute;
    jdbc.sql(
            """
            insert into withings_slot (slot) select generate_series(0, :last) as slot
            on conflict do nothing
            """)
        .param("last", callsPerMinute - 1)
        .update();
  }

  /**
   * The right to one call.
   *
   * @param slot its slot
   * @param call number of calls of the slot, including this one
   */
  public record Permit(int slot, long call) {}

  /**
   * State of the budget.
   *
   * @param callsPerMinute the budget; 0 when there is none
   * @param left calls that may be made now, none during a pause
   * @param soon calls that may be made now or free up within the look-ahead window
   * @param pausedUntil end of the pause that Withings caused; null when there is none
   */
  public record View(int callsPerMinute, int left, int soon, @Nullable Instant pausedUntil) {}

  /** Takes a permit for a call of that priority; empty when none is free. */
  public Optional<Permit> take(Priority priority) {
    if (callsPerMinute == 0) {
      return Optional.of(UNLIMITED);
    }
    return jdbc.sql(
            """
            update withings_slot
            set taken_at = clock_timestamp(), free_at = clock_timestamp() + interval '150 seconds',
              calls = calls + 1, live = :live, code = :code
            where slot = (
              select free.slot
              from withings_slot free, withings_pause pause
              where free.slot < :limit and free.free_at <= now()
                and (select count(*) from withings_slot s where s.slot < :limit
                  and s.free_at <= now()) > :kept
                and (select count(*) from withings_slot s where s.slot < :limit
                  and s.free_at <= now() + make_interval(secs => :soon)) > :keptSoon
                and (select count(*) from withings_slot s
                  where s.taken_at > now() - interval '5 seconds') < :fiveSeconds
                and (not :code or (select count(*) from withings_slot s
                  where s.code and s.taken_at > now() - interval '1 minute') < :codes)
                and (:code or now() > pause.paused_until + interval '1 minute'
                  or now() > pause.paused_until
                  and (select count(*) from withings_slot s where s.taken_at > pause.paused_until)
                    < 1 + extract(epoch from now() - pause.paused_until) * :limit / 120)
              order by free.free_at
              limit 1
              for update of free skip locked)
            returning slot, calls
            """)
        .param("limit", callsPerMinute)
        .param("kept", priority.kept(callsPerMinute))
        .param("keptSoon", priority.keptSoon(callsPerMinute))
        .param("soon", SOON_SECONDS)
        .param("fiveSeconds", priority.mostInFiveSeconds(callsPerMinute))
        .param("code", priority == Priority.CODE)
        .param("codes", Math.max(1, callsPerMinute / CODES_SHARE))
        .param("live", priority == Priority.LIVE)
        .query((row, n) -> new Permit(row.getInt("slot"), row.getLong("calls")))
        .optional();
  }

  /**
   * Whether live calls alone exhaust the budget: in the last two seconds there were twice as many
   * as it allows.
   */
  public boolean isStrained() {
    return callsPerMinute > 0
        && jdbc.sql(
                """
                select count(*) > :most from withings_slot
                where live and taken_at > now() - interval '2 seconds'
                """)
            .param("most", callsPerMinute / 15)
            .query(Boolean.class)
            .single();
  }

  /**
   * Records the end of a call. The extra tenth of a second allows for clock drift. Without this
   * record, as after a crash, the slot is free two and a half minutes after it was taken.
   */
  public void answered(Permit permit) {
    if (permit.equals(UNLIMITED)) {
      return;
    }
    jdbc.sql(
            """
            update withings_slot set free_at = clock_timestamp() + interval '60.1 seconds'
            where slot = :slot and calls = :call
            """)
        .param("slot", permit.slot())
        .param("call", permit.call())
        .update();
  }

  /**
   * Pauses all replicas after Withings reported too many calls: twice as long as a pause of the
   * last ten minutes, at most 15 minutes unless Withings asks for more. A call that began before
   * the present pause changes nothing. What Withings asks for itself is kept as it is.
   *
   * @param wait how long to pause
   * @param asked whether Withings asks for just this wait
   */
  public void pause(Permit permit, Duration wait, boolean asked) {
    jdbc.sql(
            """
            update withings_pause set
              length = case when :asked then length when paused_until > now() - interval '10 minutes'
                then least(length * 2, interval '15 minutes')
                else make_interval(secs => :seconds) end,
              paused_until = now() + greatest(make_interval(secs => :seconds),
                case when not :asked and paused_until > now() - interval '10 minutes'
                  then least(length * 2, interval '15 minutes') else interval '0' end)
            where paused_until < (select taken_at from withings_slot where slot = :slot)
            """)
        .param("seconds", wait.toMillis() / 1000.0)
        .param("asked", asked)
        .param("slot", permit.slot())
        .update();
  }

  /**
   * Corrects times further away than they can be, after the database's clock was set back: a slot
   * is free a minute later, as its last call may be that recent, and a pause ends.
   */
  public void correctTimes() {
    jdbc.sql(
            """
            update withings_slot set taken_at = least(taken_at, now()),
              free_at = now() + interval '60.1 seconds'
            where free_at > now() + interval '3 minutes'
            """)
        .update();
    jdbc.sql(
            """
            update withings_pause set paused_until = now(), length = interval '0'
            where paused_until > now() + make_interval(secs => :longest)
            """)
        .param("longest", RetryAfter.LONGEST.plusMinutes(1).toSeconds())
        .update();
  }

  /** Present state of the budget. */
  public View view() {
    if (callsPerMinute == 0) {
      return new View(0, Integer.MAX_VALUE, Integer.MAX_VALUE, null);
    }
    return jdbc.sql(
            """
            select case when paused_until > now() then paused_until end as paused_until,
              case when paused_until > now() then 0 else
                (select count(*) from withings_slot where slot < :limit and free_at <= now()) end
                as free,
              (select count(*) from withings_slot where slot < :limit
                and free_at <= now() + make_interval(secs => :soon)) as soon
            from withings_pause
            """)
        .param("limit", callsPerMinute)
        .param("soon", SOON_SECONDS)
        .query(this::view)
        .single();
  }

  private View view(ResultSet row, int number) throws SQLException {
    Timestamp pausedUntil = row.getTimestamp("paused_until");
    return new View(
        callsPerMinute,
        row.getInt("free"),
        row.getInt("soon"),
        pausedUntil == null ? null : pausedUntil.toInstant());
  }
}
