create type priority as enum ('live', 'connection', 'catch-up', 'backfill', 'details', 'withdrawal');

-- Connected accounts: whom we may fetch for.
create table connected_account (
  id                     uuid primary key default gen_random_uuid(),
  provider               text not null,
  subject                text not null,
  external_user_id       text not null,
  status                 text not null check (status in ('connected', 'reconnect_required', 'disconnected')),
  scopes                 text not null,
  patient_id             text,
  access_token           bytea,
  refresh_token          bytea,
  previous_refresh_token bytea,
  access_token_expires_at timestamptz,
  tokens_changed_at      timestamptz,
  token_version          integer not null default 0,
  refreshing_until       timestamptz,
  connected_at           timestamptz not null default now(),
  unique (provider, external_user_id)
);
create index connected_account_subject on connected_account (subject);

-- Authorizations under way; the state itself is not stored.
create table oauth_state (
  state_hash   bytea primary key,
  provider     text not null,
  subject      text not null,
  patient_id   text,
  redirect_uri text not null,
  expires_at   timestamptz not null
);

-- Subscriptions at Withings, one per account and appli.
create table subscription (
  account_id uuid not null references connected_account,
  appli      integer not null,
  state      text not null check (state in ('active', 'failed')),
  problem    text,
  changed_at timestamptz not null default now(),
  primary key (account_id, appli)
);

-- The inbox: every verified notification as it came.
create table notification (
  id            bigint generated always as identity primary key,
  received_at   timestamptz not null,
  user_id       text,
  appli         integer,
  body          bytea not null,
  oddities      text[] not null,
  dispatched_at timestamptz
);
create index notification_waiting on notification (id) where dispatched_at is null;

-- Work: one waiting row per account, kind and priority. A new trigger widens it.
create table sync_request (
  id           bigint generated always as identity primary key,
  account_id   uuid not null references connected_account,
  kind         text not null,
  priority         priority not null,
  window_from  timestamptz,
  window_to    timestamptz,
  since        timestamptz,
  triggers        integer not null default 1,
  requested_at timestamptz not null default now(),
  not_before   timestamptz not null default now(),
  tries        integer not null default 0,
  problem      text,
  leased_by    uuid,
  leased_until timestamptz,
  fence        bigint not null default 0,
  unique (account_id, kind, priority),
  check ((window_from is null) = (window_to is null)),
  check ((window_from is null) <> (since is null))
);
create index sync_request_ready on sync_request (priority, not_before) where leased_by is null;
create index sync_request_leases on sync_request (leased_until) where leased_by is not null;
-- One slice in flight per account and kind, over all replicas.
create unique index sync_request_in_flight on sync_request (account_id, kind) where leased_by is not null;
alter table sync_request set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);

-- How far each account and kind has come.
create table cursor (
  account_id        uuid not null references connected_account,
  kind              text not null,
  last_update       timestamptz not null,
  last_synced_at    timestamptz,
  history_from      timestamptz,
  history_filled_at timestamptz,
  primary key (account_id, kind)
);

-- The ledger: what the FHIR server was last told.
create table delivered (
  account_id    uuid not null references connected_account,
  key           text not null,
  kind          text not null,
  resource_type text not null,
  resource_id   text not null,
  effective_at  timestamptz not null,
  content_hash  bytea not null,
  in_error      boolean not null default false,
  delivered_at  timestamptz not null default now(),
  primary key (account_id, key)
);
create index delivered_window on delivered (account_id, kind, effective_at) where not in_error;

-- What cannot go on without a person.
create table dead_letter (
  id          bigint generated always as identity primary key,
  account_id  uuid not null references connected_account,
  kind        text not null,
  priority        priority not null,
  window_from timestamptz,
  window_to   timestamptz,
  since       timestamptz,
  tries       integer not null,
  reason      text not null,
  detail      text not null,
  created_at   timestamptz not null default now()
);
