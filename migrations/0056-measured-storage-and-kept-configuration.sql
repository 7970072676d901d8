-- What the system pages of the console stand on: how much is stored of what, day by day, and what every piece of configuration
-- said before it was changed.

-- One row a day: adding up every part takes long where there are millions, so it is done now and then and not for a reader.
-- `cells` is kept of the newest row alone; what grows over the years is the totals.
create table storage_measurement (
  tenant_id   uuid not null references tenant,
  day         date not null,
  measured_at timestamptz not null,
  took_ms     int not null check (took_ms >= 0),
  totals      jsonb not null, -- [{store, region, parts, bytes}]
  cells       jsonb, -- [{store, region, class, month, kind, parts, bytes}]
  traffic     jsonb not null, -- of the last weeks, for planning
  primary key (tenant_id, day)
);
select protect_by_tenant('storage_measurement');
grant select, insert, update on storage_measurement to holdfast_app;
-- The sweep asks whose storage is to be measured, and sees nothing else.
create policy directory on storage_measurement for select to holdfast_dispatcher using (true);
grant select (tenant_id, measured_at) on storage_measurement to holdfast_dispatcher;

-- What has no table of versions of its own. Nothing here is changed or removed; `content` is null where the thing was removed,
-- and never holds anything secret.
create table configuration_change (
  tenant_id  uuid not null references tenant,
  kind       text not null check (kind in ('webhook', 'identity-provider', 'role-rules', 'role-mapping', 'hr-mapping')),
  object_id  text not null,
  version    int not null check (version > 0),
  name       text not null,
  content    jsonb,
  changed_by uuid, -- null where no person did, or none is known
  changed_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, kind, object_id, version)
);
create index configuration_change_newest on configuration_change (tenant_id, changed_at desc);
select protect_by_tenant('configuration_change');
grant select, insert on configuration_change to holdfast_app;

-- Keeps a content as the next version, unless it is that of the last. Two who change the same thing come one after the other,
-- because both hold its row.
create function keep_configuration(of_tenant uuid, of_kind text, of_object text, called text, said jsonb, person uuid)
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
  insert into configuration_change (tenant_id, kind, object_id, version, name, content, changed_by)
  values (of_tenant, of_kind, of_object, coalesce(last.version, 0) + 1, called, said,
          coalesce(person, nullif(current_setting('holdfast.person_id', true), '')::uuid));
end
$$;
revoke all on function keep_configuration(uuid, text, text, text, jsonb, uuid) from public;
grant execute on function keep_configuration(uuid, text, text, text, jsonb, uuid) to holdfast_app;

create function keep_webhook_endpoint() returns trigger
  language plpgsql as $$
begin
  perform keep_configuration(new.tenant_id, 'webhook', new.id::text, new.name,
    case when new.state <> 'removed' then
      jsonb_build_object('name', new.name, 'description', new.description, 'url', new.url,
                         'types', to_jsonb(new.types), 'signing', new.signing) end, null);
  return null;
end
$$;
create trigger keep_configuration after insert or update of name, description, url, types, signing, state on webhook_endpoint
  for each row execute function keep_webhook_endpoint();

create function keep_identity_provider() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform keep_configuration(old.tenant_id, 'identity-provider', old.id::text, old.name, null, null);
  else
    perform keep_configuration(new.tenant_id, 'identity-provider', new.id::text, new.name,
      jsonb_build_object('kind', new.kind, 'name', new.name, 'state', new.state,
                         'domains', to_jsonb(new.domains), 'config', new.config), null);
  end if;
  return null;
end
$$;
create trigger keep_configuration after insert or delete or update of name, state, domains, config on identity_provider
  for each row execute function keep_identity_provider();

create function keep_role_rules() returns trigger
  language plpgsql as $$
begin
  perform keep_configuration(new.tenant_id, 'role-rules', 'rules', 'Roles by groups and attributes',
                             jsonb_build_object('rules', new.rules), new.changed_by);
  return null;
end
$$;
create trigger keep_configuration after insert or update on role_rules
  for each row execute function keep_role_rules();

create function keep_hr_mapping() returns trigger
  language plpgsql as $$
begin
  perform keep_configuration(new.tenant_id, 'hr-mapping', new.connection_id::text,
    coalesce((select c.name from connection c where c.tenant_id = new.tenant_id and c.id = new.connection_id), ''),
    jsonb_build_object('mapping', new.mapping), new.set_by);
  return null;
end
$$;
create trigger keep_configuration after insert or update on hr_mapping
  for each row execute function keep_hr_mapping();

-- All rows are one thing; at the end of the transaction, because a role is changed by taking a row away and adding another.
create function keep_role_mapping() returns trigger
  language plpgsql as $$
declare
  of_tenant uuid := coalesce(new.tenant_id, old.tenant_id);
begin
  perform pg_advisory_xact_lock(hashtextextended('role mapping ' || of_tenant::text, 0));
  perform keep_configuration(of_tenant, 'role-mapping', 'places', 'Roles by places',
    jsonb_build_object('places', coalesce(
      (select jsonb_agg(jsonb_build_object('department', m.department, 'job', m.job, 'role', m.role)
                        order by m.department nulls last, m.job nulls last)
         from role_mapping m where m.tenant_id = of_tenant), '[]')), null);
  return null;
end
$$;
create constraint trigger keep_configuration after insert or update or delete on role_mapping
  deferrable initially deferred for each row execute function keep_role_mapping();

-- What there is already is version 1; who made it is not known here.
select keep_configuration(tenant_id, 'webhook', id::text, name,
         jsonb_build_object('name', name, 'description', description, 'url', url, 'types', to_jsonb(types),
                            'signing', signing), null)
  from webhook_endpoint where state <> 'removed';
select keep_configuration(tenant_id, 'identity-provider', id::text, name,
         jsonb_build_object('kind', kind, 'name', name, 'state', state, 'domains', to_jsonb(domains), 'config', config), null)
  from identity_provider;
select keep_configuration(tenant_id, 'role-rules', 'rules', 'Roles by groups and attributes',
         jsonb_build_object('rules', rules), changed_by)
  from role_rules;
select keep_configuration(m.tenant_id, 'hr-mapping', m.connection_id::text, c.name,
         jsonb_build_object('mapping', m.mapping), m.set_by)
  from hr_mapping m join connection c on c.tenant_id = m.tenant_id and c.id = m.connection_id;
select keep_configuration(tenant_id, 'role-mapping', 'places', 'Roles by places',
         jsonb_build_object('places', jsonb_agg(jsonb_build_object('department', department, 'job', job, 'role', role)
                                                order by department nulls last, job nulls last)), null)
  from role_mapping group by tenant_id;
