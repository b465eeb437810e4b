insert into sync_request (account_id, kind, lane, since)
select c.account_id, c.kind, 2, c.last_update - interval '10 minutes'
from cursor c
join connected_account a on a.id = c.account_id and a.status = 'connected'
where coalesce(c.last_synced_at, '-infinity') < now() - cast(:?every as interval)
on conflict (account_id, kind, lane) do nothing
