update connected_account
set watched_as = cast(:?url as uuid), next_watch_at = now() + cast(:?every as interval) * (0.9 + 0.2 * random())
where id = any(array(
  select id from (
    (select id, 0 as rank from connected_account where status = 'connected' and watched_as < cast(:?url as uuid) limit cast(:?most as integer))
    union all
    (select id, 0 from connected_account where status = 'connected' and watched_as > cast(:?url as uuid) limit cast(:?most as integer))
    union all
    (select id, 0 from connected_account where status = 'connected' and watched_as is null limit cast(:?most as integer))
    union all
    (select id, 1 from connected_account where status = 'connected' and next_watch_at <= now() order by next_watch_at limit cast(:?most as integer))
  ) as candidate
  order by rank limit cast(:?most as integer)))
returning id, provider, subject, external_user_id, patient_id
