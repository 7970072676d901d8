-- Who is called about an incident, level by level and for each severity. A tenant without a row has the levels of the product.
create table incident_levels (
  tenant_id  uuid primary key references tenant,
  levels     jsonb not null,
  changed_by uuid not null,
  changed_at timestamptz not null,
  foreign key (tenant_id, changed_by) references app_user (tenant_id, id)
);
select protect_by_tenant('incident_levels');
grant select, insert, update, delete on incident_levels to holdfast_app;
