-- Requests the resources whose content is unknown since a transaction ended without a clear outcome, once the server can no longer apply that transaction.
with unknown as (
  update delivered d
  set content_hash = '', row_hash = null, in_error = false, sent_at = null, unclear_until = null
  from connected_account a
  where a.id = d.account_id and (d.sent_at is not null or d.unclear_until is not null)
    and greatest(d.unclear_until, d.sent_at + cast('${properties:fhir.longest-write}' as interval)) <= now()
    and (a.status = 'connected'
      or a.status = 'disconnected' and a.on_disconnect <> 'keep' and d.resource_type = 'Observation')
  returning d.account_id, d.effective_at, d.kind,
    case when a.status = 'disconnected' then 'withdrawal' when d.kind = 'ecg' then 'details' else 'backfill' end::priority as priority)
insert into sync_request as waiting (account_id, kind, priority, window_from, window_to)
select account_id, kind, priority, date_trunc('second', min(effective_at)), date_trunc('second', max(effective_at)) + interval '1 second'
from unknown group by account_id, kind, priority
on conflict (account_id, kind, priority) do update set
  window_from = case when waiting.leased_by is null then least(waiting.window_from, excluded.window_from) else waiting.window_from end,
  window_to = case when waiting.leased_by is null then greatest(waiting.window_to, excluded.window_to) else waiting.window_to end,
  next_from = case when waiting.leased_by is not null then least(waiting.next_from, excluded.window_from) end,
  next_to = case when waiting.leased_by is not null then greatest(waiting.next_to, excluded.window_to) end,
  triggers = waiting.triggers + 1
