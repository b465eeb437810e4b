-- The inbox in partitions by the week of arrival, in UTC: what is past its retention is dropped with its week, not deleted row by row.
-- Not by the day, as every look of the dispatcher opens each partition.
-- A partition's name says until when it reaches; what has no partition of its own goes to notification_default, so that no notification is refused.

-- Makes the partitions of the next two weeks, and drops those that are past the retention and have been dispatched. Safe on every replica at any time: one does it, and nobody
-- waits longer than half a second for its locks. Returns how many partitions it dropped.
create function tend_inbox(retention interval) returns integer language plpgsql as $$
declare
  today    date := (now() at time zone 'UTC')::date;
  lower    date;
  name     text;
  upto     date;
  waiting  boolean;
  dropped  integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('tend_inbox')) then
    return 0;
  end if;
  perform set_config('lock_timeout', '500ms', true);
  select greatest(max(to_date(right(c.relname, 8), 'YYYYMMDD')), date_trunc('week', today)::date) into lower
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'notification'::regclass and c.relname like 'notification_until_%';
  while lower <= today + 14 loop
    upto := date_trunc('week', lower)::date + 7;
    name := 'notification_until_' || to_char(upto, 'YYYYMMDD');
    begin
      execute format('create table %I (like notification including defaults including constraints)', name);
      execute format('alter table notification attach partition %I for values from (%L) to (%L)', name,
        lower::timestamp at time zone 'UTC', upto::timestamp at time zone 'UTC');
    exception
      -- Another is in the way, or the default partition has rows of that week: it goes on without.
      when lock_not_available or check_violation then null;
    end;
    lower := upto;
  end loop;
  for name, upto in
    select c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'notification'::regclass and c.relname like 'notification_until_%'
  loop
    if upto::timestamp at time zone 'UTC' <= now() - retention then
      begin
        execute format('select exists (select from %I where dispatched_at is null)', name) into waiting;
        if not waiting then
          execute format('drop table %I', name);
          dropped := dropped + 1;
        end if;
      exception when lock_not_available then null;
      end;
    end if;
  end loop;
  delete from notification_default where received_at < now() - retention and dispatched_at is not null;
  return dropped;
end $$;

-- The inbox so far becomes the partition of all days until tomorrow, without a row being moved.
do $$
declare
  upto date;
  name text;
begin
  select (greatest(coalesce(max(received_at), now()), now()) at time zone 'UTC')::date + 1 into upto from notification;
  name := 'notification_until_' || to_char(upto, 'YYYYMMDD');
  execute format('alter table notification rename to %I', name);
  execute format('alter table %I alter column id drop identity', name);
  execute format('alter table %I drop constraint notification_pkey', name);
  alter index notification_waiting rename to notification_waiting_before;
  create table notification (
    id            bigint generated always as identity,
    received_at   timestamptz not null,
    user_id       text,
    appli         integer,
    body          bytea not null,
    oddities      text[] not null,
    dispatched_at timestamptz,
    primary key (id, received_at)
  ) partition by range (received_at);
  create index notification_waiting on notification (id) where dispatched_at is null;
  create table notification_default partition of notification default;
  execute format('alter table notification attach partition %I for values from (minvalue) to (%L)', name, upto::timestamp at time zone 'UTC');
  execute format('select setval(pg_get_serial_sequence(''notification'', ''id''), (select coalesce(max(id), 0) + 1 from %I), false)', name);
  perform tend_inbox(interval '100 years');
end $$;
