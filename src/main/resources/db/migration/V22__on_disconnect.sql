-- What is done with an account's Observations in the FHIR server when it is disconnected, as it was settled then.
alter table connected_account
  add column on_disconnect text not null default 'keep' check (on_disconnect in ('keep', 'mark', 'delete'));
