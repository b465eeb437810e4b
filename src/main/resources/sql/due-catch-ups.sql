-- A new cursor gets its place in the interval at random and keeps it, so that polls are spread evenly whenever users connect and however long we were down.
with placed as (
  update cursor set next_poll_at = now() + cast(:?every as interval) * random(),
    reread_at = coalesce(reread_at, now() - cast(:?reread as interval) * random())
  where next_poll_at is null),
-- No more polls wait than that: what is left is taken by the next look, the longest due first. Whoever is not connected is not due: V33.
due as (
  select account_id, kind, last_update, told, whole
  from (
    select account_id, kind, last_update,
      told_at > now() - cast(:?every as interval) and last_update > now() - 4 * cast(:?every as interval) as told,
      reread_at < now() - cast(:?reread as interval) as whole
    from cursor
    where next_poll_at <= now()
    order by next_poll_at
    limit greatest(0, cast(:?most as integer) - (
      -- The polls of whom we may not fetch for wait too, and must not be in the way of the others.
      select count(*) from sync_request r
      where r.priority = 'catch-up' and r.leased_by is null
        and (select a.status from connected_account a where a.id = r.account_id) = 'connected'))
    for update skip locked) as longest_due
  -- Says nothing new, but how few the rows are is known to the planner only from a number.
  limit cast(:?most as integer)),
moved as (
  update cursor c
  set next_poll_at = c.next_poll_at + cast(:?every as interval)
      * (floor(extract(epoch from now() - c.next_poll_at) / extract(epoch from cast(:?every as interval))) + 1),
    reread_at = case when due.whole then now() else c.reread_at end
  from due where c.account_id = due.account_id and c.kind = due.kind)
-- A poll does not tell what was deleted: now and then the last days are read whole in its place.
insert into sync_request (account_id, kind, priority, since, window_from, window_to)
select account_id, kind, 'catch-up',
  case when not whole then last_update - interval '10 minutes' end,
  case when whole then date_trunc('second', now() - cast(:?reread as interval) - interval '1 day') end,
  case when whole then date_trunc('second', now()) end
from due where whole or told is not true
on conflict (account_id, kind, priority) do nothing
