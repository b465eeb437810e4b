-- Withings is told of a disconnect by a signed call that needs no token; until it has been told, it is told again.
alter table connected_account add column revocation_pending boolean not null default false;
create index connected_account_revocation on connected_account (id) where revocation_pending;

-- Who did what, for years. Rows are added and never changed.
create table audit_event (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  actor      text not null,
  action     text not null,
  account_id uuid,
  detail     text not null
);
create function audit_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_append_only before update or delete or truncate on audit_event
  for each statement execute function audit_event_is_append_only();
