-- What the service's own role may, given anew at each start: rows of all tables but the trail's, which it adds to. {role} and {schema} are quoted.
do $$ begin perform pg_advisory_xact_lock(hashtext('grant-runtime-role')); end $$;
grant usage on schema {schema} to {role};
revoke all on all tables in schema {schema} from {role};
grant select, insert, update, delete on all tables in schema {schema} to {role};
revoke update, delete on audit_event from {role};
revoke all on flyway_schema_history from {role};
grant usage on all sequences in schema {schema} to {role};
grant execute on function tend_inbox(interval), forget_in_audit(text) to {role};
