-- The tamper-evident log (RFC 6962), one per tenant. Leaves and nodes are only ever added:
-- the application's role may not change or remove them, and a trigger refuses it to the owner too.

create table ledger_head (
  tenant_id uuid primary key references tenant,
  size      bigint not null check (size >= 0),
  frontier  bytea not null
);
select protect_by_tenant('ledger_head');
grant select, insert, update on ledger_head to holdfast_app;

create table ledger_leaf (
  tenant_id   uuid not null references tenant,
  index       bigint not null check (index >= 0),
  at          timestamptz not null,
  act         text not null,
  object_type text not null,
  object_id   text not null,
  body        bytea not null check (octet_length(body) <= 65535),
  primary key (tenant_id, index)
);
create index ledger_leaf_object on ledger_leaf (tenant_id, object_id, index);
create index ledger_leaf_act on ledger_leaf (tenant_id, act, index);
select protect_by_tenant('ledger_leaf');
grant select, insert on ledger_leaf to holdfast_app;

-- Hashes of complete subtrees: level 0 is the leaf hash.
create table ledger_node (
  tenant_id uuid not null references tenant,
  level     smallint not null,
  index     bigint not null,
  hash      bytea not null check (octet_length(hash) = 32),
  primary key (tenant_id, level, index)
);
select protect_by_tenant('ledger_node');
grant select, insert on ledger_node to holdfast_app;

-- What opens a leaf's commitments. Personal data: erasing a person deletes rows here and leaves the log whole.
create table ledger_opening (
  tenant_id  uuid not null references tenant,
  leaf_index bigint not null,
  name       text not null,
  salt       bytea not null,
  value      text not null,
  primary key (tenant_id, leaf_index, name)
);
select protect_by_tenant('ledger_opening');
grant select, insert, delete on ledger_opening to holdfast_app;

create table ledger_checkpoint (
  tenant_id uuid not null references tenant,
  size      bigint not null,
  note      text not null,
  signed_at timestamptz not null,
  primary key (tenant_id, size)
);
select protect_by_tenant('ledger_checkpoint');
grant select, insert on ledger_checkpoint to holdfast_app;

create function refuse_change() returns trigger
  language plpgsql as $$
begin
  raise exception 'The ledger is append-only: % on % is refused.', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on ledger_leaf
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on ledger_node
  for each statement execute function refuse_change();
