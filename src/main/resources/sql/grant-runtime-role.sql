-- The rights of the runtime role, granted again at each start: rows of every table; the audit trail it may only add to. {role} and {schema} are quoted.
do $$ begin perform pg_advisory_xact_lock(hashtext('grant-runtime-role')); end $$;
grant usage on schema {schema} to {role};
revoke all on all tables in schema {schema} from {role};
grant select, insert, update, delete on all tables in schema {schema} to {role};
do $$
declare
  part regclass;
begin
  for part in select relid from pg_partition_tree('audit_event') loop
    execute format('revoke update, delete, truncate on %s from {role}', part);
  end loop;
end $$;
revoke all on flyway_schema_history from {role};
grant usage on all sequences in schema {schema} to {role};
grant execute on function maintain_inbox_partitions(interval), maintain_audit_partitions(interval), erase_from_audit(text) to {role};
