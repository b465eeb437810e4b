-- Whether a call was for what is live: more of them than the budget can bear make notifications wait for one another.
alter table withings_slot add column live boolean not null default false;
