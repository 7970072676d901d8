-- What policies of access ask about a recording: whose department it is of, how it is classified, and which users took part.

alter table recording
  add department text check (length(department) between 1 and 200), -- as the directory writes it; null: of none
  add classification text check (classification ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  add own_of uuid[] not null default '{}'; -- ids of users whose address one of its parties has

create index recording_of_department on recording (tenant_id, department, started_at desc, id desc)
  where department is not null;

-- Both are metadata that a hold freezes; who took part goes when people are forgotten, as the parties do.
drop trigger keep_held_recording on recording;
create trigger keep_held_recording before update on recording for each row
  when ((old.id, old.region, old.source, old.call_id, old.started_at, old.ended_at, old.duration_ms, old.partial,
         old.retention_class, old.further_classes, old.group_sequence, old.created_at, old.department,
         old.classification)
        is distinct from (new.id, new.region, new.source, new.call_id, new.started_at, new.ended_at, new.duration_ms,
         new.partial, new.retention_class, new.further_classes, new.group_sequence, new.created_at, new.department,
         new.classification)
        or old.consent is distinct from new.consent or old.warnings is distinct from new.warnings
        or old.quality is distinct from new.quality)
  execute function refuse_to_change_held();
