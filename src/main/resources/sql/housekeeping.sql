with expired as (delete from oauth_state where expires_at < now())
select maintain_inbox_partitions(cast(:?retention as interval)) as dropped_partitions
