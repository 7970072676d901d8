-- Who used their access in an unusual way: what a tenant holds for unusual, how far its ledger was looked at, and what was found.

create table access_watch (
  tenant_id  uuid primary key references tenant,
  next_index bigint not null check (next_index >= 0), -- of the log: leaves before it were looked at
  rules      jsonb -- null: the defaults
);
select protect_by_tenant('access_watch');
grant select, update on access_watch to holdfast_app;

insert into access_watch (tenant_id, next_index) select tenant_id, size from ledger_head;
create function begin_access_watch() returns trigger
  language plpgsql as $$
begin
  insert into access_watch (tenant_id, next_index) values (new.tenant_id, 0) on conflict do nothing;
  return null;
end
$$;
grant insert on access_watch to holdfast_app;
create trigger begin_access_watch after insert on tenant for each row execute function begin_access_watch();

create table access_alert (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  user_id     uuid not null,
  kind        text not null check (kind in ('bulk', 'off-hours', 'new-country')),
  count       int not null check (count > 0),
  from_at     timestamptz not null,
  to_at       timestamptz not null,
  raised_at   timestamptz not null,
  incident_id uuid not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, incident_id) references incident (tenant_id, id)
);
create index access_alert_of on access_alert (tenant_id, user_id, kind, raised_at desc);
create index access_alert_newest on access_alert (tenant_id, raised_at desc, id desc);
select protect_by_tenant('access_alert');
grant select, insert on access_alert to holdfast_app;

-- The watch asks whose ledgers have grown, and sees nothing else.
create policy directory on access_watch for select to holdfast_dispatcher using (true);
grant select (tenant_id, next_index) on access_watch to holdfast_dispatcher;
