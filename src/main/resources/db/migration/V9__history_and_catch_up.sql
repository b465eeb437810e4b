-- History is filled slice by slice, newest first: from history_to down to history_from, and it has come as far as the frontier.
alter table cursor
  add column history_to         timestamptz,
  add column history_frontier   timestamptz,
  add column history_started_at timestamptz;
update cursor c set history_from = r.window_from, history_to = r.window_to, history_frontier = r.window_to, history_started_at = r.requested_at
from sync_request r
where r.account_id = c.account_id and r.kind = c.kind and r.priority = 'connection' and c.history_filled_at is null;
create index cursor_unfilled on cursor (history_started_at) where history_frontier is not null and history_filled_at is null;

-- How far the pages of a long request have come, so that the next worker goes on there.
-- Apart from the request, as a row that is claimed often is better small.
create table sync_page (
  request_id  bigint primary key references sync_request on delete cascade,
  triggers       integer not null,
  next_offset bigint not null,
  begun_at    timestamptz not null,
  whole       boolean not null,
  seen        text[] not null,
  kept_at     timestamptz not null default now()
);

-- When each account and kind is polled next. Spread at random, and every poll keeps its place in the interval.
alter table cursor
  add column next_poll_at timestamptz,
  add column reread_at    timestamptz;
update cursor set next_poll_at = now() + interval '6 hours' * random(), reread_at = now() - interval '7 days' * random();
create index cursor_due on cursor (next_poll_at);

-- When a notification last led to a fetch, how often that is so, and when silence becomes odd.
alter table cursor
  add column told_at      timestamptz,
  add column told_times   integer not null default 0,
  add column told_every   interval,
  add column silent_after timestamptz;
create index cursor_silent on cursor (silent_after) where silent_after is not null;
