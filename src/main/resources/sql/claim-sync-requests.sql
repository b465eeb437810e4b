with held as (
  select count(*) filter (where leased_by = :worker) as mine,
    count(*) filter (where leased_by = :worker and priority > 'live') as my_later,
    count(*) filter (where leased_until > now()) as every,
    count(*) filter (where leased_until > now() and priority > 'live') as every_later
  from sync_request where leased_by is not null),
free as (
  select greatest(least(:inHand - mine, :everywhere - every), 0) as any, least(:later - my_later, :laterEverywhere - every_later) as later
  from held)
update sync_request r
set leased_by = :worker, leased_at = now(), leased_until = now() + interval '30 seconds', fence = r.fence + 1, tries = r.tries + 1,
  serving_triggered_at = least(r.serving_triggered_at, r.triggered_at), triggered_at = null
from connected_account a
where a.id = r.account_id and r.id = any(array(
  -- The due requests of the highest priority; within a priority, accounts take turns.
  select ranked.id
  from (
    select due.id, due.priority, due.not_before,
      row_number() over (partition by due.account_id order by due.priority, due.not_before)
        + (select count(*) from sync_request o where o.account_id = due.account_id and o.leased_by is not null) as turn,
      row_number() over (partition by due.priority > 'live' order by due.priority, due.not_before) as nth
    from (
      select c.id, c.account_id, c.priority, c.not_before
      from sync_request c
      join connected_account ca on ca.id = c.account_id
        -- A withdrawal works on a disconnected account and makes no calls to Withings.
        and ca.status = case when c.priority = 'withdrawal' then 'disconnected' else 'connected' end
        -- An account without a Patient is tried again now and then.
        and (ca.patient_id is not null or ca.patient_match_at <= now())
      where c.leased_by is null and c.not_before <= now() and (c.priority <= cast(:lowest as priority) or c.priority = 'withdrawal')
        and not exists (
          select from sync_request o
          -- One request at a time per account and kind; details wait for all summaries of the account.
          where o.account_id = c.account_id and (o.kind = c.kind or c.priority = 'details') and o.id <> c.id
            and (o.leased_by is not null or (o.priority < c.priority and o.not_before <= now())))
        -- Until the Patient is known, one request of the account goes ahead: several would race to create the Patient. The same holds
        -- until Withings has listed the devices: requests of several kinds would race to write a Device, each knowing other fields of it.
        and (ca.patient_id is not null and not ca.devices_pending or not exists (
          select from sync_request f
          where f.account_id = c.account_id and f.id <> c.id
            and (f.leased_by is not null
              or (f.not_before <= now() and (f.priority, f.id) < (c.priority, c.id)))))
      order by c.priority, c.not_before
      limit 8 * (select free.any from free)
      for update of c skip locked) due) ranked
  where ranked.priority = 'live'
    or ranked.nth <= (select free.later from free)
  order by ranked.priority, ranked.turn, ranked.not_before
  limit (select free.any from free)))
returning r.id, r.fence, r.triggers, r.account_id, a.provider, a.subject, a.external_user_id, a.patient_id,
  r.kind, r.priority, r.window_from, r.window_to, r.since, r.tries, r.leased_by, r.correlation, r.requested_at
