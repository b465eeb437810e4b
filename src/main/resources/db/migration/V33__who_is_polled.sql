-- Whoever is not connected is not polled. The look for what is due asks the cursors alone: with a million accounts, the status of
-- each that is due took most of its time. Connecting again gives a cursor a new place.
create function connected_account_stops_polls() returns trigger language plpgsql as $$
begin
  update cursor set next_poll_at = 'infinity' where account_id = new.id;
  return null;
end $$;
create trigger connected_account_stops_polls after update of status on connected_account
  for each row when (old.status = 'connected' and new.status <> 'connected')
  execute function connected_account_stops_polls();
update cursor c set next_poll_at = 'infinity'
from connected_account a where a.id = c.account_id and a.status <> 'connected';
