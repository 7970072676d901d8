-- Life of a connection: its state, every version of its configuration and mappings, what its checks found, and what
-- the remote system's own fields are.

alter table connection
  add state text not null default 'live' check (state in ('draft', 'live', 'paused', 'removed')),
  add version int not null default 1 check (version > 0),
  add state_at timestamptz not null default now(),
  add credential_kind text,
  add credential_at timestamptz, -- when a person last gave one; null where none was needed
  -- What is to become of what the remote system has, once the connection is removed.
  add remains text check (remains in ('withdraw', 'keep')),
  add remains_why text,
  add check ((state = 'removed') = (remains is not null));
update connection set state = case when enabled then 'live' else 'paused' end, state_at = created_at,
       credential_at = case when credential is not null then created_at end,
       credential_kind = case when credential is not null and connector = 'webhook' then 'webhook' end;

-- The release before knows `enabled` alone: both are kept in step until no such release runs.
create function keep_connection_enabled() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state = 'live' and not new.enabled then
      new.state := 'paused';
    end if;
  elsif new.enabled is distinct from old.enabled and new.state = old.state then
    new.state := case when new.enabled then 'live' else 'paused' end;
  end if;
  new.enabled := new.state = 'live';
  return new;
end
$$;
create trigger keep_enabled before insert or update on connection
  for each row execute function keep_connection_enabled();

-- The name of a removed connection is free again.
alter table connection drop constraint connection_tenant_id_name_key;
create unique index connection_name on connection (tenant_id, name) where state <> 'removed';

-- Nothing here is ever changed: a delivery names the version it was made by.
create table connection_version (
  tenant_id         uuid not null references tenant,
  connection_id     uuid not null,
  version           int not null check (version > 0),
  connector_version text not null,
  config            jsonb not null,
  mappings          jsonb not null default '{}', -- operation to its rows
  reshapes          jsonb not null default '{}', -- operation to the text of the step before its rows
  made_by           uuid, -- null where the product or an operator without an account did
  made_at           timestamptz not null,
  why               text,
  rolled_back_to    int, -- the version whose content it repeats
  primary key (tenant_id, connection_id, version),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  foreign key (tenant_id, made_by) references app_user (tenant_id, id)
);
select protect_by_tenant('connection_version');
grant select, insert on connection_version to holdfast_app;
insert into connection_version (tenant_id, connection_id, version, connector_version, config, made_at)
  select tenant_id, id, 1, '1.0.0', config, created_at from connection;

-- What each named check found when it last ran, and for which version and credential.
create table connection_check (
  tenant_id     uuid not null references tenant,
  connection_id uuid not null,
  check_id      text not null,
  version       int not null,
  status        text not null check (status in ('ok', 'warn', 'fail')),
  detail        text not null,
  fix           text,
  error_class   text,
  ran_at        timestamptz not null,
  primary key (tenant_id, connection_id, check_id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
select protect_by_tenant('connection_check');
grant select, insert, update on connection_check to holdfast_app;

-- Objects and fields of the remote system, each time they were asked for.
create table connection_catalog (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  connection_id uuid not null,
  found_at      timestamptz not null,
  catalog       jsonb not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index connection_catalog_newest on connection_catalog (tenant_id, connection_id, found_at desc, id desc);
select protect_by_tenant('connection_catalog');
grant select, insert on connection_catalog to holdfast_app;

create index receipt_of_connection on receipt (tenant_id, connection_id, at desc);
