-- What directories push by SCIM: people as they describe them, groups, and who is in them.

create table scim_user (
  tenant_id   uuid not null references tenant,
  user_id     uuid not null,
  user_name   text not null,
  external_id text, -- the directory's id
  emails      text[] not null default '{}', -- in small letters, to be found by
  document    jsonb not null, -- what the directory says; what we act upon is read from app_user
  created_at  timestamptz not null,
  changed_at  timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
create unique index scim_user_name on scim_user (tenant_id, lower(user_name) text_pattern_ops);
create index scim_user_external on scim_user (tenant_id, external_id) where external_id is not null;
create index scim_user_emails on scim_user using gin (emails);
select protect_by_tenant('scim_user');
grant select, insert, update, delete on scim_user to holdfast_app;

create table scim_group (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  display_name text not null,
  external_id  text,
  version      int not null default 1, -- one more with each change, also of the members
  created_at   timestamptz not null,
  changed_at   timestamptz not null,
  primary key (tenant_id, id)
);
create unique index scim_group_name on scim_group (tenant_id, lower(display_name) text_pattern_ops);
create index scim_group_external on scim_group (tenant_id, external_id) where external_id is not null;
select protect_by_tenant('scim_group');
grant select, insert, update, delete on scim_group to holdfast_app;

create table scim_group_member (
  tenant_id uuid not null references tenant,
  group_id  uuid not null,
  user_id   uuid not null,
  primary key (tenant_id, group_id, user_id),
  foreign key (tenant_id, group_id) references scim_group (tenant_id, id) on delete cascade,
  foreign key (tenant_id, user_id) references scim_user (tenant_id, user_id) on delete cascade
);
create index scim_group_member_of on scim_group_member (tenant_id, user_id);
select protect_by_tenant('scim_group_member');
grant select, insert, delete on scim_group_member to holdfast_app;
