-- A worker claims a batch by one row that names its deliveries; their own rows are written when they are queued and when they
-- are settled, and not in between. So a claim leaves every index of the queue alone.

create table delivery_lease (
  tenant_id     uuid not null,
  id            uuid not null,
  holder        uuid not null, -- one attempt of one activity; it may hold several
  connection_id uuid not null,
  lane          text not null,
  until         timestamptz not null, -- from then on whoever claims next takes over what is left of it
  delivery_ids  uuid[] not null, -- those that are settled go
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
-- Ids that begin alike, and for a minute: not worth packing.
alter table delivery_lease alter column delivery_ids set storage external;
create index delivery_lease_of_connection on delivery_lease (tenant_id, connection_id);
select protect_by_tenant('delivery_lease');
grant select, insert, update, delete on delivery_lease to holdfast_app;

-- Asked for once more while a worker has it: it is queued once more where this has grown since it was claimed.
alter table delivery add column asked int not null default 0;

-- Whoever held a lease in the old way is gone: this runs while no worker does.
alter table delivery drop constraint delivery_check;
update delivery set state = 'queued', doubtful = true, due_at = queued_at where state = 'leased';
alter table delivery drop column lease_id, drop column again;
alter table delivery drop constraint delivery_state_check;
alter table delivery add constraint delivery_state_check
  check (state in ('queued', 'done', 'rejected', 'dead', 'superseded', 'discarded'));

drop index delivery_open_by_subject;
create unique index delivery_open_by_subject on delivery (tenant_id, subject_id, connection_id, operation, subject_type)
  with (deduplicate_items = off) where state = 'queued';
drop index delivery_due;
create index delivery_due on delivery (tenant_id, connection_id, lane, due_at, id) where state = 'queued';
drop index delivery_withdraws;
create index delivery_withdraws on delivery (tenant_id, connection_id) where withdraws and state = 'queued';

create or replace function tell_settled() returns trigger
  language plpgsql as $$
declare
  tenant uuid;
begin
  for tenant in select distinct tenant_id from changed_rows loop
    perform pg_notify('holdfast_changed', tenant || ' deliveries');
  end loop;
  return null;
end
$$;
