-- What a row alone became, where more than the row was fetched for it: while the row becomes the same, its details stand.
alter table delivered add column row_hash bytea;
