-- Configuration as code: which files were applied, and what each object was then, so that a change made elsewhere shows as drift.

create table configuration_application (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  source     text not null,  -- the name that the file gives itself
  digest     text not null check (digest ~ '^[0-9a-f]{64}$'),
  applied_by uuid,           -- null where an operator without an account did
  applied_at timestamptz not null,
  why        text,
  primary key (tenant_id, id),
  foreign key (tenant_id, applied_by) references app_user (tenant_id, id)
);
create index configuration_application_newest on configuration_application (tenant_id, source, applied_at desc);
select protect_by_tenant('configuration_application');
grant select, insert on configuration_application to holdfast_app;

create table configuration_object (
  tenant_id      uuid not null references tenant,
  kind           text not null check (kind in ('connection', 'webhook')),
  object_id      uuid not null,
  application_id uuid not null,
  content        jsonb not null, -- without any part of a credential
  version        int,            -- of the object then; null where its kind has none
  primary key (tenant_id, kind, object_id),
  foreign key (tenant_id, application_id) references configuration_application (tenant_id, id)
);
select protect_by_tenant('configuration_object');
grant select, insert, update, delete on configuration_object to holdfast_app;
