-- What the object store's promises proved to be worth, and alerts about it. The store belongs to the installation; every
-- tenant has its copy, because every tenant's evidence stands on it.

-- One row a probe, never changed: the history of what was known of the store and when.
create table object_store_probe (
  tenant_id uuid not null references tenant,
  id        uuid not null,
  place     text not null,
  mode      text check (mode in ('governance', 'compliance')),
  verdict   text not null check (verdict in ('worm', 'not-worm', 'no-lock')),
  findings  jsonb not null,
  probed_at timestamptz not null,
  primary key (tenant_id, id)
);
create index object_store_probe_newest on object_store_probe (tenant_id, probed_at desc);
select protect_by_tenant('object_store_probe');
grant select, insert on object_store_probe to holdfast_app;

-- `not-worm`: locks do not keep what they promise. `unsafe-writes`: objects can be overwritten or arrive damaged.
create table object_store_alert (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  kind       text not null check (kind in ('not-worm', 'unsafe-writes')),
  detail     text not null,
  raised_at  timestamptz not null,
  cleared_at timestamptz,
  primary key (tenant_id, id)
);
create unique index object_store_alert_standing on object_store_alert (tenant_id, kind) where cleared_at is null;
select protect_by_tenant('object_store_alert');
grant select, insert, update on object_store_alert to holdfast_app;
