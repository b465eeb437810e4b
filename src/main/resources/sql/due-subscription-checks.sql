update connected_account
set checked_callback = cast(:?url as uuid), next_subscription_check_at = now() + cast(:?every as interval) * (0.9 + 0.2 * random())
where id = any(array(
  select id from (
    (select id, 0 as rank from connected_account where status = 'connected' and checked_callback < cast(:?url as uuid) limit cast(:?most as integer))
    union all
    (select id, 0 from connected_account where status = 'connected' and checked_callback > cast(:?url as uuid) limit cast(:?most as integer))
    union all
    (select id, 0 from connected_account where status = 'connected' and checked_callback is null limit cast(:?most as integer))
    union all
    (select id, 1 from connected_account where status = 'connected' and next_subscription_check_at <= now() order by next_subscription_check_at limit cast(:?most as integer))
  ) as candidate
  order by rank limit cast(:?most as integer)))
returning id, provider, subject, external_user_id, patient_id
