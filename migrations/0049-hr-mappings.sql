-- How the messages of an HR system that knows no standard are read; one mapping for each of its connections.

create table hr_mapping (
  tenant_id     uuid not null references tenant,
  connection_id uuid not null,
  mapping       jsonb not null,
  set_by        uuid not null,
  set_at        timestamptz not null,
  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
select protect_by_tenant('hr_mapping');
grant select, insert, update on hr_mapping to holdfast_app;
