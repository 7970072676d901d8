-- Levels of incidents have a number, so that of two people who change them at once the second is told, and keep what they said
-- before, with who, when and why. Levels that were taken back keep their row, and with it their number.
alter table incident_levels alter column levels drop not null;
alter table incident_levels add column version int not null default 1 check (version > 0);
alter table incident_levels alter column version drop default;
alter table incident_levels add column reason text; -- null where a release before this one set them
revoke delete on incident_levels from holdfast_app;

alter table configuration_change add column note text;
alter table configuration_change drop constraint configuration_change_kind_check;
alter table configuration_change add constraint configuration_change_kind_check
  check (kind in ('webhook', 'identity-provider', 'role-rules', 'role-mapping', 'hr-mapping', 'incident-levels'));

-- As before, with what whoever changed it said of it.
drop function keep_configuration(uuid, text, text, text, jsonb, uuid);
create function keep_configuration(of_tenant uuid, of_kind text, of_object text, called text, said jsonb, person uuid,
                                   because text default null)
  returns void
  language plpgsql as $$
declare
  last configuration_change;
begin
  select * into last from configuration_change
   where tenant_id = of_tenant and kind = of_kind and object_id = of_object order by version desc limit 1;
  if found and last.content is not distinct from said and last.name = called then
    return;
  end if;
  if not found and said is null then
    return;
  end if;
  insert into configuration_change (tenant_id, kind, object_id, version, name, content, changed_by, note)
  values (of_tenant, of_kind, of_object, coalesce(last.version, 0) + 1, called, said,
          coalesce(person, nullif(current_setting('holdfast.person_id', true), '')::uuid), because);
end
$$;
revoke all on function keep_configuration(uuid, text, text, text, jsonb, uuid, text) from public;
grant execute on function keep_configuration(uuid, text, text, text, jsonb, uuid, text) to holdfast_app;

create function keep_incident_levels() returns trigger
  language plpgsql as $$
begin
  perform keep_configuration(new.tenant_id, 'incident-levels', 'levels', 'Levels of incidents', new.levels, new.changed_by,
                             new.reason);
  return null;
end
$$;
create trigger keep_configuration after insert or update on incident_levels
  for each row execute function keep_incident_levels();

select keep_configuration(tenant_id, 'incident-levels', 'levels', 'Levels of incidents', levels, changed_by)
  from incident_levels;

-- A configuration file can speak for them too; the tenant has them once, so that its id is theirs.
alter table configuration_object drop constraint configuration_object_kind_check;
alter table configuration_object add constraint configuration_object_kind_check
  check (kind in ('connection', 'webhook', 'incident-levels'));
