with expired as (delete from oauth_state where expires_at < now()),
  forgotten as (delete from caller_attempt where at < now() - interval '1 hour')
select maintain_inbox_partitions(cast(:?retention as interval)) as dropped_partitions
