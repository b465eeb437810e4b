-- When the first notification came that a waiting request takes in, and the one in flight serves.
alter table sync_request add column hinted_at timestamptz, add column serving_hint_at timestamptz;
