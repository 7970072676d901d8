-- What PostgreSQL does for each row of a delivery, made cheap: most of it was indexes whose columns of text came before what tells
-- rows apart, a pattern matched against each digest, and a look-up of the same connection for each receipt.

-- The same columns, the id first: told apart by the first comparison.
create unique index delivery_open_by_subject on delivery (tenant_id, subject_id, connection_id, operation, subject_type)
  with (deduplicate_items = off) where state in ('queued', 'leased');
drop index delivery_open;
create index delivery_subject on delivery (tenant_id, subject_id);
drop index delivery_of_subject;

-- A batch is settled by the ids it was claimed with, and a lease is found in its queue among what is due later.
drop index delivery_leased;

-- Dead ones that a later success supersedes are few, and found among themselves.
create index delivery_dead_subject on delivery (tenant_id, subject_id) where state = 'dead';

-- As strict as the patterns before.
alter table receipt drop constraint receipt_content_sha256_check, drop constraint receipt_content_salt_check;
alter table receipt
  add constraint receipt_content_sha256_check
    check (length(content_sha256) = 64 and ltrim(content_sha256, '0123456789abcdef') = '') not valid,
  add constraint receipt_content_salt_check
    check (length(content_salt) = 32 and ltrim(content_salt, '0123456789abcdef') = '') not valid;

-- Rows of connections are never deleted, so the key to them is looked at once a statement, when receipts are added.
alter table receipt drop constraint receipt_tenant_id_connection_id_fkey;
create function refuse_strange_receipts() returns trigger
  language plpgsql as $$
begin
  if exists (select from (select distinct tenant_id, connection_id from added) as a
              where not exists (select from connection c where c.tenant_id = a.tenant_id and c.id = a.connection_id)) then
    raise exception 'a receipt names a connection that its tenant does not have' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
create trigger refuse_strange after insert on receipt referencing new table as added
  for each statement execute function refuse_strange_receipts();
