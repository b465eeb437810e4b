-- An account owns its rows: when it goes, they go. This holds for every table that refers to it, also by another.
do $$
declare
  key record;
begin
  for key in
    select conrelid::regclass as child, conname, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where contype = 'f' and confdeltype = 'a' and connamespace = current_schema()::regnamespace
      and conparentid = 0 and conrelid::regclass::text not ilike 'qrtz%'
  loop
    execute format('alter table %s drop constraint %I', key.child, key.conname);
    execute format('alter table %s add constraint %I %s on delete cascade', key.child, key.conname, key.definition);
  end loop;
end $$;

-- The audit trail keeps for years what was done; whoever is erased stays in it without a name. Nothing else in it changes.
drop trigger audit_event_append_only on audit_event;
create trigger audit_event_append_only before delete or truncate on audit_event
  for each statement execute function audit_event_is_append_only();
create function audit_event_may_forget() returns trigger language plpgsql as $$
begin
  if new.actor = 'erased' and to_jsonb(new) - 'actor' = to_jsonb(old) - 'actor' then
    return new;
  end if;
  raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_forgets before update on audit_event
  for each row execute function audit_event_may_forget();
-- A role that may only add to the trail can have somebody forgotten all the same.
create function forget_in_audit(person text) returns void language sql security definer set search_path from current as
  $$ update audit_event set actor = 'erased' where actor = person $$;
