-- People as a directory outside knows them, the changes of their place and role, and which place gives which role.

alter table app_user
  add column external_id text, -- of the directory or HR system
  add column department  text,
  add column job         text,
  add column manager_id  uuid,
  add column status      text not null default 'active' check (status in ('active', 'suspended', 'left')),
  add column changed_at  timestamptz, -- when the newest change that was applied happened out there
  add constraint app_user_manager foreign key (tenant_id, manager_id) references app_user (tenant_id, id);
create unique index app_user_external on app_user (tenant_id, external_id) where external_id is not null;
grant update on app_user to holdfast_app;

-- The most specific row that fits decides; none that fits gives no role.
create table role_mapping (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  department text, -- null: every department
  job        text, -- null: every job
  role       text not null,
  set_by     uuid not null,
  set_at     timestamptz not null,
  primary key (tenant_id, id)
);
create unique index role_mapping_place on role_mapping (tenant_id, coalesce(lower(department), ''), coalesce(lower(job), ''));
select protect_by_tenant('role_mapping');
grant select, insert, delete on role_mapping to holdfast_app;

create table role_change (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  user_id      uuid not null,
  operation    text not null check (operation in ('hire', 'move', 'suspend', 'resume', 'leave')),
  state        text not null check (state in ('waiting', 'applied', 'unchanged', 'refused', 'withdrawn')),
  wanted       jsonb not null, -- what the change says of the person
  before       jsonb, -- as it was and is when it was applied
  after        jsonb,
  rule         text, -- that decided
  asked_by     uuid, -- null where an event of another system asked
  event_id     uuid,
  reason       text,
  occurred_at  timestamptz not null, -- out there
  effective_at timestamptz not null, -- from when on it counts
  asked_at     timestamptz not null,
  ended_at     timestamptz, -- applied, or otherwise over
  closed       jsonb, -- what of the person's access was ended, by kind and number
  handed_over  jsonb, -- what the person owned, and who has it now
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  check ((state = 'waiting') = (ended_at is null))
);
create unique index role_change_event on role_change (tenant_id, event_id) where event_id is not null;
create index role_change_of on role_change (tenant_id, user_id, asked_at desc);
select protect_by_tenant('role_change');
grant select, insert, update on role_change to holdfast_app;
