-- Consoles that are open are told which kind of thing has changed, in the commit that changes it: the tenant and a topic, nothing
-- of the thing itself. What a topic is and who is told of it: hub/changes/change-topics.ts.
--
-- A statement that changes no row tells nothing; the same in one transaction is told once.

create function tell_changed() returns trigger
  language plpgsql as $$
declare
  tenant uuid;
begin
  for tenant in select distinct tenant_id from changed_rows loop
    perform pg_notify('holdfast_changed', tenant || ' ' || tg_argv[0]);
  end loop;
  return null;
end
$$;

create function tell_row_changed() returns trigger
  language plpgsql as $$
begin
  perform pg_notify('holdfast_changed', coalesce(new.tenant_id, old.tenant_id) || ' ' || tg_argv[0]);
  return null;
end
$$;

-- Tells every change of a table under a topic.
create function tell_changes(target regclass, topic text) returns void
  language plpgsql as $$
declare
  kind text[];
begin
  foreach kind slice 1 in array array[['insert', 'new'], ['update', 'new'], ['delete', 'old']] loop
    execute format(
      'create trigger %I after %s on %s referencing %s table as changed_rows for each statement execute function tell_changed(%L)',
      'tell_' || kind[1], kind[1], target, kind[2], topic);
  end loop;
end
$$;

select tell_changes(target::regclass, topic)
  from (values
    ('access_alert', 'incidents'),
    ('access_grant', 'grants'),
    ('access_policy', 'access-policies'),
    ('app_user', 'people'),
    ('approval', 'approvals'),
    ('call_record_import', 'reports'),
    ('compliance_report', 'reports'),
    ('connection', 'connections'),
    ('connection_check', 'connections'),
    ('connection_checkpoint', 'connections'),
    ('connection_comparison', 'connections'),
    ('connection_token', 'connections'),
    ('connection_version', 'connections'),
    ('consent_change', 'consent'),
    ('custodian_notice', 'holds'),
    ('delegation', 'approvals'),
    ('delivery_backfill', 'deliveries'),
    ('delivery_gate', 'deliveries'),
    ('disposal_certificate', 'disposals'),
    ('disposal_review', 'disposals'),
    ('disposal_run', 'disposals'),
    ('export', 'exports'),
    ('export_fetch', 'exports'),
    ('export_link', 'exports'),
    ('finding', 'reports'),
    ('glass_review', 'incidents'),
    ('hold', 'holds'),
    ('hold_item', 'recordings'),
    ('hold_query', 'holds'),
    ('hold_release', 'holds'),
    ('hold_spread', 'holds'),
    ('identity_provider', 'identity-providers'),
    ('inbound_event', 'events'),
    ('incident', 'incidents'),
    ('incident_clock', 'incidents'),
    ('incident_entry', 'incidents'),
    ('incident_recording', 'incidents'),
    ('incident_ticket', 'incidents'),
    ('ledger_alarm', 'ledger'),
    ('ledger_checkpoint', 'ledger'),
    ('local_account', 'people'),
    ('matter', 'holds'),
    ('object_store_alert', 'storage'),
    ('object_store_probe', 'storage'),
    ('part_disposal', 'recordings'),
    ('reconciliation', 'reports'),
    ('recorder_alert', 'live'),
    ('recorder_command', 'live'),
    ('recorder_node', 'live'), -- written anew with every heartbeat, together with the calls in progress
    ('recording', 'recordings'),
    ('request_item', 'requests'),
    ('request_receipt', 'requests'),
    ('role_change', 'people'),
    ('role_mapping', 'people'),
    ('role_rules', 'identity-providers'),
    ('rule_pack', 'policy'),
    ('service_account', 'service-accounts'),
    ('service_credential', 'service-accounts'),
    ('subject_request', 'requests'),
    ('tenant_policy', 'policy'),
    ('webhook_endpoint', 'webhooks')) as told (target, topic);

-- Sessions are touched by most requests, deliveries and messages by every attempt: of these only what matters to others is told.
create trigger tell_begun after insert or delete on session for each row execute function tell_row_changed('sessions');
create trigger tell_moved after update on session for each row
  when (old.ended_at is distinct from new.ended_at or old.expires_at is distinct from new.expires_at
        or old.stepped_up_at is distinct from new.stepped_up_at)
  execute function tell_row_changed('sessions');

create trigger tell_queued after insert on delivery referencing new table as changed_rows
  for each statement execute function tell_changed('deliveries');
create trigger tell_settled after update on delivery for each row
  when (old.state is distinct from new.state and new.state <> 'leased') execute function tell_row_changed('deliveries');

create trigger tell_queued after insert on webhook_message referencing new table as changed_rows
  for each statement execute function tell_changed('webhooks');
create trigger tell_settled after update on webhook_message for each row
  when (old.state is distinct from new.state) execute function tell_row_changed('webhooks');
