-- The list by date of retention goes on behind its last row, and a range of dates is looked up, by the index. For that the date is a
-- column: of an expression row-level security does not know that it tells nothing of other tenants' rows, so every row before was walked.
drop index recording_retention_kept_until;
-- What has no date yet stands after all that have one. Ten million narrow rows are written anew in about a minute.
alter table recording_retention add column kept_until timestamptz not null
  generated always as (coalesce(retain_until, 'infinity'::timestamptz)) stored;
create index recording_retention_kept_until on recording_retention (tenant_id, kept_until, recording_id);
