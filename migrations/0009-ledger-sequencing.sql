-- Acts no longer wait for each other at the head of their tenant's log: they leave their leaf here, in their own
-- transaction, and a sequencer gives it its place. `id` is drawn when the leaf is left, so an act that can see another's
-- leaf as committed always has the larger one; `cache 1` is what makes that true across connections.
create table ledger_pending (
  tenant_id   uuid not null,
  id          bigint generated always as identity (cache 1),
  at          timestamptz not null,
  act         text not null,
  object_type text not null,
  object_id   text not null,
  body        bytea not null check (octet_length(body) <= 65535),
  -- What opens the leaf's commitments: [{"name", "salt" in base64, "value"}]. Personal data, for a second or so. As jsonb
  -- it takes nothing that ledger_opening would not: a leaf that cannot be placed would keep all others from it.
  openings    jsonb not null,
  primary key (tenant_id, id)
)
-- Rows come and go by the thousand: what went is cleared away early, or the next to go would be looked for among it.
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1);
select protect_by_tenant('ledger_pending');
grant select, insert, delete on ledger_pending to holdfast_app;

-- The sequencer asks whose leaves wait, and sees nothing else of them.
create policy directory on ledger_pending for select to holdfast_dispatcher using (true);
grant select (tenant_id) on ledger_pending to holdfast_dispatcher;

-- The head is there from the beginning, so that whoever sequences finds something to lock.
insert into ledger_head (tenant_id, size, frontier) select tenant_id, 0, '' from tenant on conflict do nothing;
create function begin_ledger() returns trigger
  language plpgsql as $$
begin
  insert into ledger_head (tenant_id, size, frontier) values (new.tenant_id, 0, '') on conflict do nothing;
  return null;
end
$$;
create trigger begin_ledger after insert on tenant for each row execute function begin_ledger();

-- Place among the leaves about the same object; null in leaves of schema 1.
alter table ledger_leaf add column ordinal bigint;

-- Finds the last leaf about an object at once, however many there are; the index before it lacked the type.
create index ledger_leaf_of on ledger_leaf (tenant_id, object_id, object_type, index);
drop index ledger_leaf_object;

-- By person: the hash keeps the index small, whatever the length of a value. By time: leaves lie roughly in its order.
create index ledger_opening_value on ledger_opening (tenant_id, hashtextextended(value, 0), leaf_index);
create index ledger_leaf_at on ledger_leaf using brin (at) with (autosummarize = on);

-- The head names its tenant and every row below is written under its lock, so each row need not look the tenant up again.
alter table ledger_leaf drop constraint ledger_leaf_tenant_id_fkey;
alter table ledger_node drop constraint ledger_node_tenant_id_fkey;
alter table ledger_opening drop constraint ledger_opening_tenant_id_fkey;

-- The index of a certificate's leaf is known only after the certificate: it is looked up in the log.
alter table disposal_certificate alter column ledger_index drop not null;
