-- A request that another system told of: by which connection, and what that system calls it, so that what it tells later is
-- about the same one.

alter table subject_request
  add column connection_id uuid,
  add column external_id   text,
  add constraint subject_request_told_by check ((connection_id is null) = (external_id is null));
create unique index subject_request_external on subject_request (tenant_id, connection_id, external_id)
  where connection_id is not null;
