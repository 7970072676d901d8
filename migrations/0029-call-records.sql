-- Call records: what the telephone system says of its calls, against which it is checked that every call that had to be
-- recorded is here or explained. Addresses stand in it only as keyed digests and their last digits.

-- How the export of one telephone system is read; a change is a leaf.
create table call_record_source (
  tenant_id  uuid not null references tenant,
  name       text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  mapping    jsonb not null,
  -- Of the mapping, for whoever compares: how numbers are written, and how long a judged call record is kept.
  numbers    jsonb not null,
  keep_days  int not null check (keep_days > 0),
  changed_at timestamptz not null,
  primary key (tenant_id, name)
);
select protect_by_tenant('call_record_source');
grant select, insert, update on call_record_source to holdfast_app;

create table call_record_import (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  source      text not null,
  origin      text not null check (origin in ('file', 'api', 'event')),
  state       text not null check (state in ('running', 'done', 'repeated', 'failed')),
  imported_by uuid, -- null where a system sent them
  begun_at    timestamptz not null,
  ended_at    timestamptz,
  file_sha256 bytea check (octet_length(file_sha256) = 32),
  bytes       bigint not null default 0,
  lines       bigint not null default 0,
  added       bigint not null default 0,
  changed     bigint not null default 0,
  known       bigint not null default 0,
  skipped     bigint not null default 0, -- rows that are no calls, by the mapping
  refused     bigint not null default 0,
  first_start timestamptz,
  last_start  timestamptz,
  reason      text,
  primary key (tenant_id, id),
  foreign key (tenant_id, source) references call_record_source (tenant_id, name)
);
create index call_record_import_newest on call_record_import (tenant_id, begun_at desc, id desc);
create index call_record_import_file on call_record_import (tenant_id, source, file_sha256) where state = 'done';
select protect_by_tenant('call_record_import');
grant select, insert, update on call_record_import to holdfast_app;

-- The first refused lines of an import, by number and reason; never what stood in them.
create table call_record_refusal (
  tenant_id uuid not null references tenant,
  import_id uuid not null,
  line      bigint not null,
  reason    text not null,
  primary key (tenant_id, import_id, line),
  foreign key (tenant_id, import_id) references call_record_import (tenant_id, id)
);
select protect_by_tenant('call_record_refusal');
grant select, insert on call_record_refusal to holdfast_app;

create table call_record (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  source        text not null,
  row_key       bytea not null, -- digest of what tells this call from others in its export
  content       bytea not null, -- digest of all that was read of it
  call_ids      bytea[] not null,
  started_at    timestamptz not null,
  duration_ms   bigint check (duration_ms >= 0), -- of talking; null where the export does not say
  answered      boolean not null,
  direction     text not null check (direction in ('inbound', 'outbound', 'internal', 'unknown')),
  from_digest   bytea,
  to_digest     bytea,
  from_last     text check (length(from_last) <= 4),
  to_last       text check (length(to_last) <= 4),
  to_be_recorded boolean not null,
  import_id     uuid not null,
  outcome       text not null default 'pending' check (outcome in ('pending', 'recorded', 'explained', 'missing')),
  reason        text,
  recording_id  uuid,
  judged_at     timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, source, row_key)
);
create index call_record_start on call_record (tenant_id, started_at, id);
create index call_record_missing on call_record (tenant_id, started_at, id) where outcome = 'missing';
create index call_record_of_recording on call_record (tenant_id, recording_id) where recording_id is not null;
select protect_by_tenant('call_record');
grant select, insert, update, delete on call_record to holdfast_app;

-- Calls that capture did not take: by what they can be recognised, and why. Nothing of their content.
create table refused_call (
  tenant_id  uuid not null references tenant,
  id         uuid not null, -- the id that the recording would have had
  node       text not null,
  at         timestamptz not null,
  status     int not null,
  reason     text not null,
  call_ids   bytea[] not null,
  addresses  bytea[] not null,
  primary key (tenant_id, id)
);
create index refused_call_at on refused_call (tenant_id, at, id);
select protect_by_tenant('refused_call');
grant select, insert, delete on refused_call to holdfast_app;

-- One comparison of call records with recordings over a closed window.
create table reconciliation (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  window_from timestamptz not null,
  window_to   timestamptz not null,
  cause       text not null, -- 'nightly', 'import', 'asked', 'report'
  begun_at    timestamptz not null,
  ended_at    timestamptz,
  -- How far it has come, so that a killed worker goes on there.
  done_to     timestamptz not null,
  tally       jsonb not null default '{}',
  primary key (tenant_id, id),
  check (window_to > window_from)
);
create index reconciliation_newest on reconciliation (tenant_id, begun_at desc, id desc);
select protect_by_tenant('reconciliation');
grant select, insert, update on reconciliation to holdfast_app;

-- Something that is not as it must be, with an owner and a term; found again it is the same one.
create table finding (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  natural_key   text not null,
  section       text not null,
  kind          text not null,
  severity      text not null check (severity in ('critical', 'major', 'minor')),
  subject_type  text not null,
  subject_id    text not null,
  statement     text not null,
  state         text not null check (state in ('open', 'healed', 'settled')),
  owner         uuid, -- null: whoever is compliance officer
  found_at      timestamptz not null,
  seen_at       timestamptz not null,
  due_at        timestamptz not null,
  ended_at      timestamptz,
  ended_by      uuid,
  end_reason    text,
  escalated_at  timestamptz,
  incident_id   uuid,
  primary key (tenant_id, id),
  unique (tenant_id, natural_key),
  foreign key (tenant_id, owner) references app_user (tenant_id, id),
  check ((state = 'open') = (ended_at is null))
);
create index finding_open on finding (tenant_id, due_at, id) where state = 'open';
create index finding_newest on finding (tenant_id, found_at desc, id desc);
create index finding_subject on finding (tenant_id, section, subject_id) where state = 'open';
select protect_by_tenant('finding');
grant select, insert, update on finding to holdfast_app;
