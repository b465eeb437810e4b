-- The budget of calls of Withings, over all replicas. A slot is one call; it is free again a minute after the answer, so that
-- no two calls of a slot arrive within a minute, however long each was on its way.
create table withings_slot (
  slot     integer primary key,
  taken_at timestamptz not null default timestamptz 'epoch',
  free_at  timestamptz not null default timestamptz 'epoch',
  calls    bigint not null default 0
);
alter table withings_slot set (fillfactor = 50);

-- Withings said that there were too many calls: nobody calls until then, and few at first.
create table withings_pause (
  only_row     boolean primary key default true check (only_row),
  paused_until timestamptz not null default timestamptz 'epoch',
  length       interval not null default interval '0'
);
insert into withings_pause default values;
