-- The cursors of an account get one place in the interval, by its id, and keep it: polls stay evenly spread over the accounts whenever users connect and however long the service was down,
-- and the polls of one account share an access token, which lives for three hours.
with placed as (
  update cursor set next_poll_at = now() + cast('${properties:catch-up-every}' as interval) * cast(poll_place(account_id) as double precision),
    full_read_at = coalesce(full_read_at, now() - cast('${properties:full-read-every}' as interval) * random())
  where next_poll_at is null),
-- At most that many polls wait; the next run takes the rest, the longest due first. Cursors of disconnected accounts have next_poll_at = 'infinity'.
due as (
  select account_id, kind, last_update, full_read_at
  from (
    select account_id, kind, last_update, full_read_at
    from cursor
    where next_poll_at <= now()
    order by next_poll_at
    limit greatest(0, cast('${properties:catch-up.batch-size}' as integer) - (
      -- Polls of accounts that must reconnect wait too, and must not take the places of others.
      select count(*) from sync_request r
      where r.priority = 'catch-up' and r.leased_by is null
        and (select a.status from connected_account a where a.id = r.account_id) = 'connected'))
    for update skip locked) as longest_due
  -- Redundant, but only a constant tells the planner how few rows there are.
  limit cast('${properties:catch-up.batch-size}' as integer)),
-- The gap between two polls, in intervals: it grows by one for each day on which nothing was lost, to four intervals, or twelve for a kind that the account has no data of, and three days at most.
-- The place delays the growth too, so that accounts that connect together do not all skip the same intervals.
counted as (
  select due.account_id, due.kind, due.last_update, setting.every,
    greatest(1, least(1 + floor(extract(epoch from now() - a.nothing_lost_since) / extract(epoch from greatest(interval '1 day', 4 * setting.every)) - poll_place(a.id)),
      case when data.known then 4 else 12 end, floor(extract(epoch from interval '3 days') / extract(epoch from setting.every)))) as gap,
    data.known and due.full_read_at < now() - cast('${properties:full-read-every}' as interval) as read_due
  from due
  join connected_account a on a.id = due.account_id
  cross join (select cast('${properties:catch-up-every}' as interval) as every) as setting
  cross join lateral (
    select exists (select from delivered d where d.account_id = due.account_id and d.kind = due.kind and not d.in_error) as known) as data),
-- An interval is skipped when the next one is early enough, or nearly so: a poll is served a little later than its place.
skipping as (
  select account_id, kind, last_update, gap, read_due, gap > 1 and last_update > now() - (gap - 1 + 0.05) * every as skipped
  from counted),
-- A poll does not report deletions, so from time to time the last days are read in full: in an interval without a poll, or while there is none, instead of one.
judged as (
  select account_id, kind, last_update, skipped, read_due and (skipped or gap = 1) as whole
  from skipping),
moved as (
  update cursor c
  set next_poll_at = c.next_poll_at + cast('${properties:catch-up-every}' as interval)
      * (floor(extract(epoch from now() - c.next_poll_at) / extract(epoch from cast('${properties:catch-up-every}' as interval))) + 1),
    full_read_at = case when judged.whole then now() else c.full_read_at end
  from judged where c.account_id = judged.account_id and c.kind = judged.kind)
insert into sync_request (account_id, kind, priority, since, window_from, window_to)
select account_id, kind, 'catch-up',
  case when not whole then least(last_update, now()) - interval '10 minutes' end,
  case when whole then date_trunc('second', now() - cast('${properties:full-read-every}' as interval) - interval '1 day') end,
  case when whole then date_trunc('second', now()) end
from judged where whole or not skipped
on conflict (account_id, kind, priority) do nothing
