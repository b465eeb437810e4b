with expired as (delete from oauth_state where expires_at < now()),
  forgotten as (delete from caller_attempt where at < now() - interval '1 hour'),
  old_counts as (delete from stage_count where slot < now() - interval '2 days'),
  closed_links as (delete from connect_link where least(used_at, revoked_at, expires_at) < now() - interval '30 days'),
  -- A period of zero keeps everything.
  retention as (
    select nullif(cast('${properties:audit-retention}' as interval), interval '0') as audit,
      nullif(cast('${properties:dead-letter-retention}' as interval), interval '0') as dead_letters,
      nullif(cast('${properties:ledger-retention}' as interval), interval '0') as ledger),
  sent as (delete from event where sent_at < now() - cast('${properties:events.retention}' as interval)),
  -- Nobody is told what waits for a sink that is no longer set.
  unwanted as (
    delete from event where occurred_at < now() - cast('${properties:events.retention}' as interval)
      and sink in (select name from event_sink where not enabled)),
  settled as (delete from dead_letter where settled_at < now() - (select dead_letters from retention)),
  -- At most 10,000 rows in a run, so that no run holds locks for long.
  old_readings as (
    delete from delivered where (account_id, key) in (
      select account_id, key from delivered
      where effective_at < now() - (select ledger from retention) and sent_at is null and unclear_until is null
      limit 10000))
select maintain_inbox_partitions(cast('${properties:inbox-retention}' as interval)) as dropped_inbox_partitions,
  maintain_audit_partitions((select audit from retention)) as dropped_audit_partitions
