-- A destination that is down, as a replica sees it. A row is told again every few seconds; what is older than half a minute does
-- not count. Empty while all is well.
create table outage (
  destination text not null,
  worker      uuid not null,
  state       text not null,
  since       timestamptz not null,
  until       timestamptz not null,
  problem     text,
  seen_at     timestamptz not null default now(),
  primary key (destination, worker)
);

-- The destination whose failure a request waits out; it need not wait longer than the destination is down.
alter table sync_request add column waits_for text;
create index sync_request_waits_for on sync_request (waits_for) where waits_for is not null;
