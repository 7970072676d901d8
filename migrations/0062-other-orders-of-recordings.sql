-- The list of recordings by length, and by how long they are kept; what has no date yet stands after all that have one.
create index recording_by_duration on recording (tenant_id, duration_ms, id);
create index recording_by_kept_until on recording (tenant_id, (coalesce(retain_until, 'infinity'::timestamptz)), id);
