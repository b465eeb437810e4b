-- What Withings lists as an account's devices, so that whoever writes a Device writes the same. Names of models, no health data.
create table known_device (
  account_id uuid not null references connected_account on delete cascade,
  hash       text not null,
  model_id   integer,
  model      text,
  type       text,
  primary key (account_id, hash)
);

-- When it was asked for last. While devices_first holds, one request of the account goes ahead, to ask before anybody writes a Device.
alter table connected_account
  add column devices_asked_at timestamptz not null default '-infinity',
  add column devices_first    boolean not null default false;
update connected_account set devices_first = true
where status = 'connected' and 'user.info' = any(string_to_array(scopes, ','));
