-- How often a worker died with the request in hand: it may be the request that kills it.
alter table sync_request add column deaths integer not null default 0;
