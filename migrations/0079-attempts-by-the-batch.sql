-- What a call took is one row, however many deliveries it carried: each of them names it, and its last attempt is read from
-- there. Only what was not simply taken has a row of its own in delivery_attempt, where those of the release before stay.
create table delivery_batch (
  tenant_id     uuid not null,
  id            uuid not null,
  connection_id uuid not null,
  operation     text not null,
  lane          text not null,
  connection_version int,
  started_at    timestamptz not null,
  duration_ms   int not null,
  trace_id      text,
  done          int not null, -- how many there are of:
  delivery_ids  uuid[] not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
create index delivery_batch_at on delivery_batch (tenant_id, started_at);
select protect_by_tenant('delivery_batch');
grant select, insert, delete on delivery_batch to holdfast_app;

alter table delivery add column batch_id uuid; -- that took it; null while it is open, and where it has an attempt of its own
