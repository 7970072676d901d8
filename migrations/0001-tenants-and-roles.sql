-- Roles, the tenant table and the row-level security that every later table repeats.
--
-- holdfast_app         what recorder, hub and worker connect as; owns no table
-- holdfast_dispatcher  sees the outbox and the list of tenants, across tenants, and nothing else
--
-- Both are made without login; the operator gives them a password.

do $$
begin
  if not exists (select from pg_roles where rolname = 'holdfast_app') then
    create role holdfast_app nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'holdfast_dispatcher') then
    create role holdfast_dispatcher nologin;
  end if;
end
$$;

create extension if not exists pg_trgm;

-- The tenant of the running transaction, set by `set_config('holdfast.tenant_id', …, true)`.
-- Without it every policy below compares with null, and no row is visible.
create function current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('holdfast.tenant_id', true), '')::uuid;

-- Gives a table the one policy that all tables share.
create function protect_by_tenant(target regclass) returns void
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format(
    'create policy tenant_rows on %s to holdfast_app using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()))',
    target);
end
$$;

create table tenant (
  tenant_id  uuid primary key,
  name       text not null check (name <> ''),
  region     text not null check (region <> ''),
  created_at timestamptz not null default now()
);
select protect_by_tenant('tenant');
create policy directory on tenant for select to holdfast_dispatcher using (true);
grant select, insert on tenant to holdfast_app;
grant select on tenant to holdfast_dispatcher;
