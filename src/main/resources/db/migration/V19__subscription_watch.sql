-- When an account's subscriptions are compared with what Withings lists, and under which callback URL that was done last.
alter table connected_account
  add column next_watch_at timestamptz not null default now() + interval '1 day' * random(),
  add column watched_as    uuid;
create index connected_account_watch on connected_account (next_watch_at) where status = 'connected';
create index connected_account_watched_as on connected_account (watched_as) where status = 'connected';
