-- When the first notification came that a waiting request takes in, and the one in flight serves.
alter table sync_request add column triggered_at timestamptz, add column serving_triggered_at timestamptz;
