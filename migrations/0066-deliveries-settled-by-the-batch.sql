-- What is checked or told for each row costs a delivery a third of its time in the database. A batch is settled by few
-- statements, and is checked and told by the statement.

-- Keys to the connection, or to the delivery, name the tenant too, and those rows have a tenant.
alter table delivery drop constraint delivery_tenant_id_fkey;
alter table delivery_attempt drop constraint delivery_attempt_tenant_id_fkey;
alter table receipt drop constraint receipt_tenant_id_fkey;

-- Rows of recordings are never deleted, and a receipt is made of one that was read under the same tenant; what else receipts
-- are about has no such key either.
alter table receipt drop constraint receipt_tenant_id_recording_id_fkey;

-- Attempts are written by the transaction that settles their delivery. They go by their own age, which is never less than the
-- delivery's (recorder-core/records/delivery-attempts.ts).
alter table delivery_attempt drop constraint delivery_attempt_tenant_id_delivery_id_fkey;

-- A claim changes nothing that anybody is told.
create function tell_settled() returns trigger
  language plpgsql as $$
declare
  tenant uuid;
begin
  for tenant in select distinct tenant_id from changed_rows where state <> 'leased' loop
    perform pg_notify('holdfast_changed', tenant || ' deliveries');
  end loop;
  return null;
end
$$;
drop trigger tell_settled on delivery;
create trigger tell_settled after update on delivery referencing new table as changed_rows
  for each statement execute function tell_settled();
