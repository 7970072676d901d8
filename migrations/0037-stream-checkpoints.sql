-- How far each stream of a connection was read. It belongs to the connection and not to a version of it: neither pausing
-- nor a new configuration takes it back. `revision` counts every change, so that a reader that was overtaken keeps nothing.

create table connection_checkpoint (
  tenant_id     uuid not null references tenant,
  connection_id uuid not null,
  stream        text not null, -- of the connector's manifest
  checkpoint    jsonb, -- the connector's own; null at the beginning
  revision      bigint not null default 0,
  due_at        timestamptz not null, -- when it is read next
  read_at       timestamptz, -- when it was last read to its end
  event_at      timestamptz, -- when the newest event that was kept happened there
  events        bigint not null default 0, -- kept so far, repetitions not counted
  failures      int not null default 0, -- since it was last read to its end
  problem       text, -- of the last failure; safe to show
  problem_class text,
  primary key (tenant_id, connection_id, stream),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  check ((failures = 0) = (problem is null)),
  check ((problem is null) = (problem_class is null))
);
create index connection_checkpoint_due on connection_checkpoint (tenant_id, due_at);
select protect_by_tenant('connection_checkpoint');
grant select, insert, update on connection_checkpoint to holdfast_app;
