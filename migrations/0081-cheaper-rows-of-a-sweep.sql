-- What a sweep changes of a row, its date and the reasons, is written millions of times: nothing is done then that is about other
-- columns, and no entry is written into an index that another one makes needless.

-- A trigger by columns is not even asked by a statement that sets none of them; the one before compared seventeen, three of
-- them documents, for each row. The same columns as in migration 0043.
drop trigger keep_held_recording on recording;
create trigger keep_held_recording before update of id, region, source, call_id, started_at, ended_at, duration_ms, partial,
    retention_class, further_classes, group_sequence, created_at, department, classification, consent, warnings, quality
  on recording for each row
  when ((old.id, old.region, old.source, old.call_id, old.started_at, old.ended_at, old.duration_ms, old.partial,
         old.retention_class, old.further_classes, old.group_sequence, old.created_at, old.department,
         old.classification)
        is distinct from (new.id, new.region, new.source, new.call_id, new.started_at, new.ended_at, new.duration_ms,
         new.partial, new.retention_class, new.further_classes, new.group_sequence, new.created_at, new.department,
         new.classification)
        or old.consent is distinct from new.consent or old.warnings is distinct from new.warnings
        or old.quality is distinct from new.quality)
  execute function refuse_to_change_held();

-- The order of the list by date of retention (migration 0062) has the same dates, and serves the search by them as well.
drop index recording_kept_until;
