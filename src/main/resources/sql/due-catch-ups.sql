-- The cursors of an account get one place in the interval, by its id, and keep it: polls stay evenly spread over the accounts whenever users connect and however long the service was down,
-- and the polls of one account share an access token, which lives for three hours.
with placed as (
  update cursor set next_poll_at = now() + cast('${properties:catch-up-every}' as interval)
      * ((hashtextextended(cast(account_id as text), 0) & 1048575) / 1048576.0),
    full_read_at = coalesce(full_read_at, now() - cast('${properties:full-read-every}' as interval) * random())
  where next_poll_at is null),
-- At most that many polls wait; the next run takes the rest, the longest due first. Cursors of disconnected accounts have next_poll_at = 'infinity'.
due as (
  select account_id, kind, last_update, notified, whole
  from (
    select account_id, kind, last_update,
      notified_at > now() - cast('${properties:catch-up-every}' as interval) and last_update > now() - 4 * cast('${properties:catch-up-every}' as interval) as notified,
      full_read_at < now() - cast('${properties:full-read-every}' as interval) as whole
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
moved as (
  update cursor c
  set next_poll_at = c.next_poll_at + cast('${properties:catch-up-every}' as interval)
      * (floor(extract(epoch from now() - c.next_poll_at) / extract(epoch from cast('${properties:catch-up-every}' as interval))) + 1),
    full_read_at = case when due.whole then now() else c.full_read_at end
  from due where c.account_id = due.account_id and c.kind = due.kind)
-- A poll does not report deletions, so from time to time a full read of the last days takes its place.
insert into sync_request (account_id, kind, priority, since, window_from, window_to)
select account_id, kind, 'catch-up',
  case when not whole then least(last_update, now()) - interval '10 minutes' end,
  case when whole then date_trunc('second', now() - cast('${properties:full-read-every}' as interval) - interval '1 day') end,
  case when whole then date_trunc('second', now()) end
from due where whole or notified is not true
on conflict (account_id, kind, priority) do nothing
