-- What is replayed or discarded stays as a row, so that doing it again changes nothing and can be told.
alter table dead_letter
  add column settled text check (settled in ('replayed', 'discarded', 'delivered')),
  add column settled_at timestamptz,
  add column settled_by text,
  add column note text,
  -- One refused resource, when the rest of its request went on.
  add column key text,
  add column resource_type text,
  add column resource_id text,
  add column content_hash bytea,
  add check ((settled is null) = (settled_at is null)),
  add check ((key is null) = (content_hash is null));
create index dead_letter_open on dead_letter (id) where settled is null;
create index dead_letter_account on dead_letter (account_id, id);
create unique index dead_letter_resource on dead_letter (account_id, key) where settled is null and key is not null;
