-- The schema of Vitalroutes, in the order in which data passes through it. States and kinds are stored by name.

-- Order of service, highest first.
create type priority as enum ('live', 'connection', 'catch-up', 'recheck', 'backfill', 'details', 'withdrawal');

-- A kind of data that is fetched and reconciled as one.
create domain data_kind as text check (value in ('measures', 'activity', 'workouts', 'sleep', 'ecg'));

-- A server that the service calls.
create domain destination as text check (value in ('withings', 'fhir'));


-- Receive ------------------------------------------------------------------------------------------------------------

-- The inbox: every verified notification as it arrived, in partitions by the week of arrival (UTC).
create table notification (
  id            bigint generated always as identity,
  received_at   timestamptz not null,
  user_id       text,
  appli         integer,
  body          bytea not null,
  oddities      text[] not null,
  dispatched_at timestamptz,
  -- Ties a notification to its sync requests, deliveries and dead letters, in tables and logs.
  correlation   text,
  primary key (id, received_at)
) partition by range (received_at);
create index notification_waiting on notification (id) where dispatched_at is null;

-- Takes notifications of a week without a partition, so that none is refused.
create table notification_default partition of notification default;

-- Creates the partitions of the time ahead, and drops those that are past the retention and have no row to keep; returns the number dropped.
-- A partition is dropped whole, as deleting row by row would bloat the table. It is named after its upper bound.
-- Safe on all replicas at any time: one of them does the work, and no lock is awaited for longer than half a second.
create function maintain_partitions(parent text, unit text, ahead interval, retention interval, kept text) returns integer language plpgsql as $$
declare
  today    date := (now() at time zone 'UTC')::date;
  lower    date;
  name     text;
  upto     date;
  waiting  boolean;
  dropped  integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('maintain_partitions ' || parent)) then
    return 0;
  end if;
  perform set_config('lock_timeout', '500ms', true);
  select greatest(max(to_date(right(c.relname, 8), 'YYYYMMDD')), date_trunc(unit, today)::date) into lower
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = parent::regclass and c.relname like parent || '_until_%';
  while lower <= today + ahead loop
    upto := date_trunc(unit, lower)::date + ('1 ' || unit)::interval;
    name := parent || '_until_' || to_char(upto, 'YYYYMMDD');
    begin
      execute format('create table %I (like %I including defaults including constraints)', name, parent);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name,
        lower::timestamp at time zone 'UTC', upto::timestamp at time zone 'UTC');
    exception
      -- Another session holds the lock, or the default partition has rows of that time: the next run tries again.
      when lock_not_available or check_violation then null;
    end;
    lower := upto;
  end loop;
  for name, upto in
    select c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent::regclass and c.relname like parent || '_until_%'
  loop
    if upto::timestamp at time zone 'UTC' <= now() - retention then
      begin
        execute format('select exists (select from %I where %s)', name, kept) into waiting;
        if not waiting then
          execute format('drop table %I', name);
          dropped := dropped + 1;
        end if;
      exception when lock_not_available then null;
      end;
    end if;
  end loop;
  return dropped;
end $$;

-- Weeks, not days: every poll of the dispatcher opens each partition.
create function maintain_inbox_partitions(retention interval) returns integer language plpgsql security definer as $$
begin
  delete from notification_default where received_at < now() - retention and dispatched_at is not null;
  return maintain_partitions('notification', 'week', interval '14 days', retention, 'dispatched_at is null');
end $$;


-- Connect ------------------------------------------------------------------------------------------------------------

-- Connected accounts, with their encrypted tokens.
create table connected_account (
  id                         uuid primary key default gen_random_uuid(),
  provider                   text not null,
  subject                    text not null,
  external_user_id           text not null,
  status                     text not null check (status in ('connected', 'reconnect_required', 'disconnected')),
  scopes                     text not null,
  -- The Patient on the FHIR server. While it waits for one nothing of the account is claimed before patient_match_at.
  patient_id                 text,
  patient_state              text not null default 'waiting' check (patient_state in ('matched', 'created', 'waiting')),
  patient_reason             text check (patient_reason in ('no_match', 'several_matches')),
  patient_match_at           timestamptz not null default '-infinity',
  connected_at               timestamptz not null default now(),
  -- When a notification said that the user has unlinked us; believed when Withings refuses the token too.
  unlink_reported_at         timestamptz,
  -- Stands in for a zone in an answer that the JVM does not know.
  time_zone                  text,

  access_token               bytea,
  refresh_token              bytea,
  previous_refresh_token     bytea,
  access_token_expires_at    timestamptz,
  tokens_changed_at          timestamptz,
  token_version              integer not null default 0,
  refreshing_until           timestamptz,

  -- When the subscriptions are next compared with those that Withings lists, and for which callback URL they were last.
  next_subscription_check_at timestamptz not null default now() + interval '1 day' * random(),
  checked_callback           uuid,
  -- When a poll last found what no notification had told, or the account was connected: the longer ago, the rarer its polls.
  nothing_lost_since         timestamptz not null default now(),

  -- While devices_pending holds, one request of the account goes ahead and asks for its devices before any Device is written.
  devices_requested_at       timestamptz not null default '-infinity',
  devices_pending            boolean not null default false,

  -- What becomes of the Observations on the FHIR server after a disconnect.
  on_disconnect              text not null default 'keep' check (on_disconnect in ('keep', 'mark', 'delete')),
  -- The signed call that revokes the grant needs no token and is repeated until Withings accepts it.
  revocation_pending         boolean not null default false,
  unique (provider, external_user_id, subject)
);
-- A provider's user is connected by one caller at a time; once the account is disconnected, by another.
create unique index connected_account_live on connected_account (provider, external_user_id) where status <> 'disconnected';
create index connected_account_subject on connected_account (subject);
create index connected_account_subscription_check on connected_account (next_subscription_check_at) where status = 'connected';
create index connected_account_checked_callback on connected_account (checked_callback) where status = 'connected';
create index connected_account_revocation on connected_account (id) where revocation_pending;

-- Links by which a person without an account of ours connects; only a hash of the token is stored. Open until used, revoked or expired.
create table connect_link (
  id           uuid primary key default gen_random_uuid(),
  token_hash   bytea not null unique,
  provider     text not null,
  subject      text not null,
  patient_id   text,
  redirect_uri text,
  created_by   text not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  used_at      timestamptz,
  revoked_at   timestamptz
);
create index connect_link_newest on connect_link (provider, created_at);
create index connect_link_subject on connect_link (subject);

-- Authorizations in progress; only a hash of the state is stored.
create table oauth_state (
  state_hash   bytea primary key,
  provider     text not null,
  subject      text not null,
  patient_id   text,
  redirect_uri text not null,
  -- Who began it: the subject, or a backend.
  actor        text not null,
  link_id      uuid references connect_link on delete cascade,
  expires_at   timestamptz not null
);
create index oauth_state_subject on oauth_state (subject, expires_at);

-- Grants that the app's session has not confirmed yet; nothing is linked, subscribed or fetched with them. A grant that is not confirmed in time
-- loses its tokens and stays until it is revoked.
create table unconfirmed_grant (
  id                      uuid primary key default gen_random_uuid(),
  confirmation_hash       bytea not null unique,
  state_hash              bytea not null,
  provider                text not null,
  subject                 text not null,
  patient_id              text,
  redirect_uri            text not null,
  actor                   text not null,
  external_user_id        text not null,
  scopes                  text not null,
  access_token            bytea,
  refresh_token           bytea,
  access_token_expires_at timestamptz not null,
  expires_at              timestamptz not null
);
create index unconfirmed_grant_expiry on unconfirmed_grant (expires_at);
create index unconfirmed_grant_subject on unconfirmed_grant (subject);

-- What a caller did lately, for the bounds per caller; rows outside the longest bound are deleted.
create table caller_attempt (
  subject text not null,
  bound   text not null check (bound in ('initiation', 'failed_exchange')),
  at      timestamptz not null default clock_timestamp()
);
create index caller_attempt_recent on caller_attempt (subject, bound, at);

-- Subscriptions at Withings, one per account and appli code.
create table subscription (
  account_id uuid not null references connected_account on delete cascade,
  appli      integer not null,
  state      text not null check (state in ('active', 'failed')),
  problem    text,
  changed_at timestamptz not null default now(),
  primary key (account_id, appli)
);

-- The callback URLs that this deployment subscribed, as SHA-256: another deployment of the same Withings application has its own.
create table own_callback (
  account_id uuid not null references connected_account on delete cascade,
  url_hash   bytea not null,
  primary key (account_id, url_hash)
);

-- The devices that Withings lists for an account; models and ids, no health data.
create table known_device (
  account_id uuid not null references connected_account on delete cascade,
  hash       text not null,
  model_id   integer,
  model      text,
  type       text,
  -- Whether the last list has it.
  listed     boolean not null default true,
  primary key (account_id, hash)
);
-- Finds other accounts with the same device.
create index known_device_hash on known_device (hash);


-- Dispatch and fetch -------------------------------------------------------------------------------------------------

-- Work: one row per account, kind and priority; a new trigger widens the window of a waiting row.
create table sync_request (
  id                   bigint generated always as identity primary key,
  account_id           uuid not null references connected_account on delete cascade,
  kind                 data_kind not null,
  -- Fetched too when the answer for the kind does not explain its notification.
  then_kind            data_kind,
  priority             priority not null,
  window_from          timestamptz,
  window_to            timestamptz,
  since                timestamptz,
  -- What was requested since the claim of a request in flight: the window of its next turn.
  next_from            timestamptz,
  next_to              timestamptz,
  triggers             integer not null default 1,
  correlation          text not null default gen_random_uuid()::text,
  requested_at         timestamptz not null default now(),
  -- When the first notification arrived that the waiting request serves, and the request in flight.
  triggered_at         timestamptz,
  serving_triggered_at timestamptz,
  not_before           timestamptz not null default now(),
  tries                integer not null default 0,
  problem              text,
  -- The destination whose failure the request waits out; it becomes due when the destination recovers.
  waits_for            destination,
  -- Workers that died while they held the request: the request may be what kills them.
  worker_deaths        integer not null default 0,
  leased_by            uuid,
  leased_at            timestamptz,
  leased_until         timestamptz,
  fence                bigint not null default 0,
  unique (account_id, kind, priority),
  check ((window_from is null) = (window_to is null)),
  check ((next_from is null) = (next_to is null)),
  check (next_from is null or leased_by is not null),
  check ((window_from is null) <> (since is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index sync_request_ready on sync_request (priority, not_before) where leased_by is null;
create index sync_request_leases on sync_request (leased_until) where leased_by is not null;
create index sync_request_waits_for on sync_request (waits_for) where waits_for is not null;
-- One request in flight per account and kind, over all replicas.
create unique index sync_request_in_flight on sync_request (account_id, kind) where leased_by is not null;

-- The next page of a long request, so that another worker can resume there; apart from sync_request, whose rows are updated often and stay small.
create table sync_page (
  request_id  bigint primary key references sync_request on delete cascade,
  triggers    integer not null,
  next_offset bigint not null,
  started_at  timestamptz not null,
  whole       boolean not null,
  seen        text[] not null,
  -- Pages so far: a request whose pages do not end becomes a dead letter.
  pages       integer not null,
  stored_at   timestamptz not null default now()
);

-- Windows to read once more before anything is concluded: rows were missing from an answer, or a notification brought nothing new.
create table recheck (
  id          bigint generated always as identity primary key,
  account_id  uuid not null references connected_account on delete cascade,
  kind        data_kind not null,
  reason      text not null check (reason in ('nothing-new', 'still-nothing-new', 'removal', 'mass-removal', 'approved-removal')),
  window_from timestamptz not null,
  window_to   timestamptz not null,
  due_at      timestamptz not null,
  -- Keys of the resources that are missing, since when, and from how many answers of one page.
  keys        text[] not null default '{}',
  missing_at  timestamptz,
  misses      integer not null default 0,
  check (window_from <= window_to)
);
create index recheck_due on recheck (account_id, kind, due_at);

-- How far each account and kind is synchronized, how much of its history is filled, and when it is polled next.
create table cursor (
  account_id         uuid not null references connected_account on delete cascade,
  kind               data_kind not null,
  last_update        timestamptz not null,
  last_synced_at     timestamptz,
  -- History is filled slice by slice, newest first, from history_to to history_from; the frontier is the oldest moment filled.
  history_from       timestamptz,
  history_to         timestamptz,
  history_frontier   timestamptz,
  history_started_at timestamptz,
  history_filled_at  timestamptz,
  -- Null until it is set to the account's place in the interval; 'infinity' while the account is not connected.
  next_poll_at       timestamptz,
  full_read_at       timestamptz,
  -- SHA-256 of the days' exercise, of the answer that last requested this kind.
  exercise           bytea,
  -- When a notification last led to a fetch, the mean interval between such fetches, and when their absence becomes conspicuous.
  notified_at        timestamptz,
  notified_count     integer not null default 0,
  notified_every     interval,
  silent_after       timestamptz,
  primary key (account_id, kind)
);
create index cursor_due on cursor (next_poll_at);

-- The place of an account in the interval between polls, from 0 to 1.
create function poll_place(account uuid) returns numeric language sql immutable as
  $$ select (hashtextextended(account::text, 0) & 1048575) / 1048576.0 $$;

create index cursor_silent on cursor (silent_after) where silent_after is not null;
create index cursor_unfilled on cursor (history_started_at) where history_frontier is not null and history_filled_at is null;

-- Stops the polls of an account that is no longer connected, so that the query for due polls reads cursors alone: joining a million accounts took most of its time.
-- A new connection gives the cursor a new place.
create function connected_account_stops_polls() returns trigger language plpgsql as $$
begin
  update cursor set next_poll_at = 'infinity' where account_id = new.id;
  return null;
end $$;
create trigger connected_account_stops_polls after update of status on connected_account
  for each row when (old.status = 'connected' and new.status <> 'connected')
  execute function connected_account_stops_polls();

-- The budget of Withings calls over all replicas: one slot per call, free again a minute after the answer, so that no two calls of a slot fall within a minute.
create table withings_slot (
  slot     integer primary key,
  taken_at timestamptz not null default timestamptz 'epoch',
  free_at  timestamptz not null default timestamptz 'epoch',
  calls    bigint not null default 0,
  -- Whether the last call served a notification; when live calls exceed the budget, notifications wait for one another.
  live     boolean not null default false,
  -- Whether the last call exchanged a code; those have a share of the budget.
  code     boolean not null default false
) with (fillfactor = 50);

-- The pause after Withings reported too many calls, for all replicas; one row.
create table withings_pause (
  singleton    boolean primary key default true check (singleton),
  paused_until timestamptz not null default timestamptz 'epoch',
  length       interval not null default interval '0'
);
insert into withings_pause default values;


-- Deliver ------------------------------------------------------------------------------------------------------------

-- The ledger: the content that the FHIR server last accepted, by account and business key, as hashes.
create table delivered (
  account_id    uuid not null references connected_account on delete cascade,
  key           text not null,
  kind          data_kind not null,
  resource_type text not null,
  resource_id   text not null,
  effective_at  timestamptz not null,
  -- When what it says ended: a night that begins before a window may overlap it.
  effective_until timestamptz,
  content_hash  bytea not null,
  -- Hash of the row without its details: while the row is unchanged, its details are not fetched again.
  row_hash      bytea,
  in_error      boolean not null default false,
  -- Whether it was ever withdrawn: what comes back afterwards is amended, however often it is delivered.
  withdrawn     boolean not null default false,
  -- Null while the server has not accepted the resource yet.
  delivered_at  timestamptz default now(),
  correlation   text,
  -- Set before a transaction is sent and cleared with its outcome: in between, the content is unknown.
  sent_at       timestamptz,
  -- Until then the server may still apply an earlier transaction without a clear outcome; afterwards the content is unknown.
  unclear_until timestamptz,
  primary key (account_id, key)
);
create index delivered_unsettled on delivered (account_id, key) where sent_at is not null or unclear_until is not null;
create index delivered_window on delivered (account_id, kind, effective_at) where not in_error;
create index delivered_device on delivered (account_id, delivered_at) where resource_type = 'Device';

-- Requests, single resources and events that cannot go on without a person; settled ones stay, so that settling again changes nothing.
create table dead_letter (
  id            bigint generated always as identity primary key,
  account_id    uuid not null references connected_account on delete cascade,
  -- Null of an event.
  kind          data_kind,
  priority      priority,
  window_from   timestamptz,
  window_to     timestamptz,
  since         timestamptz,
  tries         integer not null,
  reason        text not null,
  detail        text not null,
  created_at    timestamptz not null default now(),
  correlation   text,
  -- Set when a single resource was refused and the rest of its request went on.
  key           text,
  resource_type text,
  resource_id   text,
  content_hash  bytea,
  -- Set when an event was not taken for three days.
  event_id      bigint,
  settled       text check (settled in ('replayed', 'discarded', 'delivered')),
  settled_at    timestamptz,
  settled_by    text,
  note          text,
  check ((settled is null) = (settled_at is null)),
  check ((key is null) = (content_hash is null)),
  check ((event_id is null) = (kind is not null) and (kind is null) = (priority is null))
);
create index dead_letter_open on dead_letter (id) where settled is null;
create index dead_letter_account on dead_letter (account_id, id);
create unique index dead_letter_resource on dead_letter (account_id, key) where settled is null and key is not null;


-- Publish ------------------------------------------------------------------------------------------------------------

-- Where events are sent, as the settings of the last start say; without a row none is written.
create table event_sink (
  name           text primary key check (name in ('webhook', 'kafka')),
  enabled        boolean not null default true,
  -- Since the receiver answered 410: nothing is sent until the next start, while events go on being kept.
  gone_at        timestamptz,
  last_answer    text,
  last_answer_at timestamptz
);

-- The outbox: events for each sink, without a value. Ids of an account are in the order of what happened.
create table event (
  id          bigint generated always as identity primary key,
  sink        text not null references event_sink,
  -- The same for every sink and at every try.
  message_id  text not null,
  account_id  uuid not null,
  type        text not null,
  occurred_at timestamptz not null,
  data        jsonb not null,
  sent_at     timestamptz,
  -- Since it was tried for three days in vain: it waits for an operator.
  dead_at     timestamptz,
  check (sent_at is null or dead_at is null)
);
create index event_waiting on event (sink, account_id, id) where sent_at is null and dead_at is null;
create index event_oldest on event (sink, id) where sent_at is null and dead_at is null;
create index event_dead on event (id) where dead_at is not null;
create index event_sent on event (sent_at) where sent_at is not null;
create index event_account on event (account_id);

-- Accounts that have events waiting, by sink: one of an account is sent at a time, and one that fails holds back the account's later ones.
create table event_queue (
  sink          text not null references event_sink,
  account_id    uuid not null,
  not_before    timestamptz not null default now(),
  tries         integer not null default 0,
  failing_since timestamptz,
  leased_by     uuid,
  leased_until  timestamptz,
  fence         bigint not null default 0,
  primary key (sink, account_id)
) with (fillfactor = 70);
create index event_queue_ready on event_queue (sink, not_before);

-- Writes an event in the transaction of the fact. The lock is held until the commit, so that the ids of an account are in the order of its commits;
-- it is taken at the end of a transaction, and nothing is waited for while it is held.
create function record_event(account uuid, what text, content jsonb) returns void language plpgsql as $$
declare
  message  text := 'evt_' || replace(gen_random_uuid()::text, '-', '');
  happened timestamptz;
begin
  if not exists (select from event_sink where enabled) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('event'), hashtext(account::text));
  happened := clock_timestamp();
  insert into event (sink, message_id, account_id, type, occurred_at, data)
  select name, message, account, what, happened, content from event_sink where enabled;
  insert into event_queue (sink, account_id) select name, account from event_sink where enabled on conflict do nothing;
end $$;

-- The facts of an account. The triggers are deferred: they run when the transaction commits.
create function connected_account_events() returns trigger language plpgsql as $$
declare
  content jsonb := jsonb_build_object('account', new.id, 'subject', new.subject, 'provider', new.provider, 'patient', 'Patient/' || new.patient_id);
begin
  if new.status = 'connected' then
    if old.connected_at is distinct from new.connected_at then
      perform record_event(new.id, 'account.connected', content);
    end if;
  elsif old.status <> new.status then
    perform record_event(new.id, 'account.' || new.status, content);
  end if;
  if new.patient_id is distinct from old.patient_id and new.patient_id is not null then
    perform record_event(new.id, 'account.patient_matched', content);
  end if;
  return null;
end $$;
create constraint trigger connected_account_events after insert or update of status, connected_at, patient_id on connected_account
  deferrable initially deferred for each row execute function connected_account_events();

create function cursor_events() returns trigger language plpgsql as $$
begin
  perform record_event(a.id, 'history.completed', jsonb_build_object('account', a.id, 'subject', a.subject, 'kind', new.kind))
  from connected_account a where a.id = new.account_id;
  return null;
end $$;
create constraint trigger cursor_events after update of history_filled_at on cursor
  deferrable initially deferred for each row when (old.history_filled_at is null and new.history_filled_at is not null)
  execute function cursor_events();

create function dead_letter_events() returns trigger language plpgsql as $$
begin
  perform record_event(new.account_id, 'dead_letter.created',
    jsonb_build_object('id', new.id, 'account', new.account_id, 'kind', new.kind, 'reason', new.reason));
  return null;
end $$;
-- Not of an event that was not taken: its own event would not be taken either.
create constraint trigger dead_letter_events after insert on dead_letter
  deferrable initially deferred for each row when (new.event_id is null) execute function dead_letter_events();


-- Operate ------------------------------------------------------------------------------------------------------------

-- Messages that passed each stage, over all replicas, in slots of ten minutes. Each replica adds every few seconds what its routes have counted.
create table stage_count (
  slot    timestamptz not null,
  stage   text not null,
  passed  bigint not null,
  failed  bigint not null,
  -- Time that they took together.
  seconds double precision not null,
  primary key (slot, stage)
) with (fillfactor = 50);

-- A destination that is down, as one replica sees it; written every few seconds, and ignored after half a minute without an update.
create table outage (
  destination destination not null,
  worker      uuid not null,
  state       text not null check (state in ('open', 'half_open')),
  since       timestamptz not null,
  until       timestamptz not null,
  problem     text,
  seen_at     timestamptz not null default now(),
  primary key (destination, worker)
);

-- The audit trail, in partitions by the month (UTC): append-only, but for the name of an erased person and for months past their retention.
create table audit_event (
  id         bigint generated always as identity,
  at         timestamptz not null default now(),
  actor      text not null,
  action     text not null,
  account_id uuid,
  detail     text not null,
  -- The subject for whom a backend acted.
  acting_for text,
  primary key (id, at)
) partition by range (at);

-- Takes events of a month without a partition, so that none is refused.
create table audit_event_default partition of audit_event default;

-- Finds whether a reader polls.
create index audit_event_reads on audit_event (actor, action, at) where action like 'read%';

create function audit_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_append_only before delete or truncate on audit_event
  for each statement execute function audit_event_is_append_only();

-- Allows one change: a name becomes 'erased'.
create function audit_event_allows_erasure() returns trigger language plpgsql as $$
begin
  if new.actor in (old.actor, 'erased')
    and (new.acting_for is not distinct from old.acting_for or old.acting_for is not null and new.acting_for = 'erased')
    and to_jsonb(new) - '{actor,acting_for}'::text[] = to_jsonb(old) - '{actor,acting_for}'::text[] then
    return new;
  end if;
  raise exception 'audit_event is append-only';
end $$;
create trigger audit_event_erasure before update on audit_event
  for each row execute function audit_event_allows_erasure();

-- Without a retention every month is kept. A role that may not change the trail cannot drop its last three months either.
create function maintain_audit_partitions(retention interval) returns integer language plpgsql security definer as $$
declare
  dropped   integer;
  partition text;
begin
  if retention < interval '90 days' then
    raise exception 'the audit trail is kept for 90 days at least';
  end if;
  dropped := maintain_partitions('audit_event', 'month', interval '2 months', retention, 'false');
  -- Triggers on the statement are not inherited by partitions, those on the row are.
  for partition in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit_event'::regclass
      and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'audit_event_append_only')
  loop
    execute format('create trigger audit_event_append_only before delete or truncate on %I
      for each statement execute function audit_event_is_append_only()', partition);
  end loop;
  return dropped;
end $$;

-- Removes a person's name from the trail.
create function erase_from_audit(person text) returns void language sql security definer as
  $$
    update audit_event set
      actor = case actor when person then 'erased' else actor end,
      acting_for = case acting_for when person then 'erased' else acting_for end
    where person in (actor, acting_for)
  $$;

-- Roles without rights to alter tables, or to change the trail, use these functions with the owner's rights; names in them mean this schema, never temporary tables.
do $$
declare
  function text;
begin
  foreach function in array array['maintain_inbox_partitions(interval)', 'maintain_audit_partitions(interval)', 'erase_from_audit(text)'] loop
    execute format('alter function %s set search_path = %I, pg_temp', function, current_schema());
    execute format('revoke execute on function %s from public', function);
  end loop;
end $$;

select maintain_inbox_partitions(interval '100 years'), maintain_audit_partitions(null);
