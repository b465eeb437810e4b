-- What belongs together: an id that a notification gets at the door, that the sync requests carry which it led to, and that stays with
-- what was delivered and dead letters for them. Work that nothing told us to do begins with an id of its own. A request that took in several triggers
-- carries the ids of the first of them, separated by commas.
alter table notification add column correlation text;
alter table sync_request add column correlation text not null default gen_random_uuid()::text;
alter table dead_letter add column correlation text;
alter table delivered add column correlation text;
