-- Ids hardly share anything but the time they begin with: packing them took longer than all else that is done for a batch's row.
alter table delivery_batch alter column delivery_ids set storage external;
