-- What is done is found by the receipts about its subject, which say which delivery they are of. So settling a delivery, which has its
-- row written anew and with it an entry in each index that it stands in, leaves the index by subject alone: a fifth of its time.
alter table receipt add column delivery_id uuid; -- null where no delivery was sent: a request, a ticket, a notice, a comparison
update receipt r set delivery_id = d.id
  from delivery d where d.tenant_id = r.tenant_id and d.receipt_id = r.id;

drop index delivery_subject;
create index delivery_subject on delivery (tenant_id, subject_id) where state <> 'done' or doubtful;
