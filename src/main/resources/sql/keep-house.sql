with expired as (delete from oauth_state where expires_at < now())
select tend_inbox(cast(:?retention as interval)) as dropped_partitions
