-- A transaction that notifies commits under one lock of the whole database: sixteen writers of recordings got a third of what they
-- get without. What changed is noted in a table now, and one process passes it on to those who listen, a few times a second.
-- The table is emptied by that, and by a crash: then every console reads anew, as it has lost its connection.

create unlogged table change_told (
  tenant_id uuid not null references tenant,
  topic     text not null
);
select protect_by_tenant('change_told');
-- The foreign key would look up and lock the row of the tenant for each; the rows that tell have a tenant.
alter table change_told drop constraint change_told_tenant_id_fkey;
grant select, insert on change_told to holdfast_app;

create or replace function tell_changed() returns trigger
  language plpgsql as $$
begin
  insert into change_told select distinct tenant_id, tg_argv[0] from changed_rows;
  return null;
end
$$;

create or replace function tell_row_changed() returns trigger
  language plpgsql as $$
begin
  insert into change_told values (coalesce(new.tenant_id, old.tenant_id), tg_argv[0]);
  return null;
end
$$;

create or replace function tell_settled() returns trigger
  language plpgsql as $$
begin
  insert into change_told select distinct tenant_id, 'deliveries' from changed_rows where state <> 'leased';
  return null;
end
$$;

-- Tells what was noted and is committed, each topic of a tenant once, and forgets it. One process at a time: another that asks
-- meanwhile has nothing to do. Past row-level security, because it is about all tenants; it answers nothing to whoever calls it.
create function pass_on_changes() returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  told record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('pass-on-changes', 0)) then
    return;
  end if;
  for told in
    with gone as (delete from change_told returning tenant_id, topic) select distinct tenant_id, topic from gone
  loop
    perform pg_notify('holdfast_changed', told.tenant_id || ' ' || told.topic);
  end loop;
end
$$;

-- The outbox is looked at a few times a second instead of being announced: the same lock stood in the way of every recording.
drop trigger announce on outbox;
drop function announce_outbox();
