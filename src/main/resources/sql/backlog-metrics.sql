-- The backlog metrics over all replicas, one row per gauge. The ages of all cursors are read, so the result is cached.
with work as (
  select r.priority, r.requested_at, r.not_before, r.leased_until,
    case
      when r.leased_by is not null then 'in-flight'
      -- A withdrawal works on a disconnected account.
      when a.status <> 'connected' and r.priority <> 'withdrawal' then 'held'
      when r.not_before > now() then 'retrying'
      else 'due' end as state
  from sync_request r join connected_account a on a.id = r.account_id
  -- A second read that is not due is no backlog.
  where not (r.priority = 'recheck' and r.not_before > now())),
-- Cursors of disconnected accounts have next_poll_at = 'infinity'.
fresh as (
  select kind, max(age) as oldest, percentile_disc(0.5) within group (order by age) as median
  from (
    select kind, date_part('epoch', now() - coalesce(last_synced_at,
      (select a.connected_at from connected_account a where a.id = c.account_id)))::real as age
    from cursor c
    where next_poll_at is distinct from 'infinity') as since
  group by kind),
inbox as (
  select count(*) as waiting, min(received_at) as oldest from notification where dispatched_at is null),
polls as (
  select count(*) as due, min(next_poll_at) as oldest from cursor where next_poll_at <= now()),
pause as (
  select greatest(0, extract(epoch from paused_until - now())) as seconds from withings_pause)
select 'inbox.waiting' as name, '' as label, waiting::double precision as value from inbox
union all select 'inbox.oldest', '', extract(epoch from now() - oldest) from inbox
union all select 'requests.waiting.' || state, priority::text, count(*) from work group by state, priority
union all select 'requests.oldest', priority::text, extract(epoch from now() - min(requested_at)) from work where state <> 'held' group by priority
union all select 'requests.lag', priority::text, extract(epoch from now() - min(not_before)) from work where state = 'due' group by priority
union all select 'leases.held', '', count(*) from work where state = 'in-flight'
union all select 'leases.expired', '', count(*) from work where leased_until < now()
union all select 'dead.letters.waiting', reason, count(*) from dead_letter where settled is null group by reason
union all select 'dead.letters.oldest', '', extract(epoch from now() - min(created_at)) from dead_letter where settled is null
union all select 'events.waiting', sink, count(*) from event where sent_at is null and dead_at is null group by sink
union all select 'events.oldest', name, extract(epoch from now() - (
  select occurred_at from event where sink = name and sent_at is null and dead_at is null order by id limit 1)) from event_sink where enabled
union all select 'events.dead.letters', sink, count(*) from event where dead_at is not null group by sink
union all select 'accounts.status', status, count(*) from connected_account group by status
union all select 'accounts.silent', '', count(*)
  from cursor c join connected_account a on a.id = c.account_id where c.silent_after < now() and a.status = 'connected'
union all select 'revocations.pending', '', count(*) from connected_account where revocation_pending
union all select 'freshness.oldest', kind, oldest from fresh
union all select 'freshness.median', kind, median from fresh
union all select 'history.unfilled', '', count(*) from cursor where history_frontier is not null and history_filled_at is null
union all select 'catchup.due', '', due from polls
union all select 'catchup.overdue', '', extract(epoch from now() - oldest) from polls
union all select 'budget.pause', '', seconds from pause
union all select 'budget.left', '', case when pause.seconds > 0 then 0 else
  (select count(*) from withings_slot where slot < :limit and free_at <= now()) end from pause
union all select 'withings.calls', '', sum(calls) from withings_slot
