-- What PostgreSQL does for each receipt and each settled delivery, made cheaper once more.

-- Receipts are looked up by what they are about, whatever kind of thing it is, and there are few about one thing.
create index receipt_subject on receipt (tenant_id, subject_id);
drop index receipt_of_recording;
drop index receipt_of_subject;

-- That a receipt's connection is its tenant's is looked at by the statement that adds receipts
-- (recorder-core/records/receipts.ts): a trigger has every row copied for it first.
drop trigger refuse_strange on receipt;
drop function refuse_strange_receipts;

-- For the same reason consoles are told by whose transaction it is. A statement that settles nothing tells them too.
drop trigger tell_settled on delivery;
create or replace function tell_settled() returns trigger
  language plpgsql as $$
begin
  if current_tenant() is not null then
    perform pg_notify('holdfast_changed', current_tenant() || ' deliveries');
  end if;
  return null;
end
$$;
create trigger tell_settled after update on delivery for each statement execute function tell_settled();
