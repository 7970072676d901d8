-- Incidents: what went wrong, the clocks of the law that run, the evidence that was frozen, and all that was done about it.

create table incident (
  tenant_id       uuid not null references tenant,
  id              uuid not null,
  natural_key     text not null, -- the same alarm again is the same incident, while it is not closed
  kind            text not null,
  severity        text not null check (severity in ('low', 'medium', 'high', 'critical')),
  state           text not null default 'open' check (state in ('open', 'contained', 'resolved', 'closed')),
  title           text not null,
  description     text, -- of whoever reported it
  detector        text not null, -- which detection, or `person`
  reported_by     uuid, -- null where the product noticed by itself
  owner_id        uuid,
  detected_at     timestamptz not null,
  opened_at       timestamptz not null,
  last_seen_at    timestamptz not null,
  occurrences     int not null default 1 check (occurrences > 0),
  evidence_from   timestamptz not null, -- since when the ledger may tell of it
  classification  jsonb, -- which facts of the law hold, and since when
  classified_by   uuid,
  classified_at   timestamptz,
  acknowledged_by uuid,
  acknowledged_at timestamptz, -- stops the escalation
  escalation      int not null default 0 check (escalation >= 0), -- levels that were reached
  resolved_by     uuid,
  resolved_at     timestamptz,
  resolution      text,
  post_mortem     jsonb,
  post_mortem_by  uuid,
  post_mortem_at  timestamptz,
  approval_id     uuid, -- of its closing, where a clock was missed
  closed_by       uuid,
  closed_at       timestamptz,
  matter_id       uuid, -- of the hold that freezes its recordings
  frozen_at       timestamptz,
  ledger_from     bigint, -- range of leaves that are its evidence
  ledger_to       bigint,
  ledger_root     bytea check (octet_length(ledger_root) = 32),
  follows         uuid, -- an earlier one of the same key, which is closed
  revision        bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, owner_id) references app_user (tenant_id, id),
  check ((state = 'closed') = (closed_at is not null)),
  check (closed_at is null or post_mortem_at is not null)
);
create unique index incident_natural_key on incident (tenant_id, natural_key) where state <> 'closed';
create index incident_newest on incident (tenant_id, opened_at desc, id desc);
create trigger revision before update on incident for each row execute function raise_revision();
select protect_by_tenant('incident');
grant select, insert, update on incident to holdfast_app;

-- Recordings that an incident is about; frozen by a hold of its matter.
create table incident_recording (
  tenant_id    uuid not null references tenant,
  incident_id  uuid not null,
  recording_id uuid not null,
  primary key (tenant_id, incident_id, recording_id),
  foreign key (tenant_id, incident_id) references incident (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index incident_recording_of on incident_recording (tenant_id, recording_id);
select protect_by_tenant('incident_recording');
grant select, insert on incident_recording to holdfast_app;

-- One row a stage of a regime: what has to be told to whom, from which event on, until when, and whether it was.
create table incident_clock (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  incident_id uuid not null,
  rule_id     text not null,
  regime      text not null,
  stage       text not null,
  title       text not null,
  start_event text not null,
  started_at  timestamptz not null,
  due_at      timestamptz not null,
  verified    boolean not null, -- whether counsel has reviewed the row it is from
  source      text not null,
  pack_digest text not null,
  reminders   int not null default 0 check (reminders >= 0), -- that were due and were noted
  missed_at   timestamptz,
  answered_by uuid,
  answered_at timestamptz, -- when it was told
  noted_at    timestamptz, -- when that was noted here
  evidence    text, -- reference of the receipt
  ended_at    timestamptz, -- no longer owed
  end_reason  text,
  primary key (tenant_id, id),
  unique (tenant_id, incident_id, rule_id, stage),
  foreign key (tenant_id, incident_id) references incident (tenant_id, id),
  check ((answered_at is null) = (noted_at is null)),
  check (answered_at is null or evidence is not null),
  check ((ended_at is null) = (end_reason is null))
);
select protect_by_tenant('incident_clock');
grant select, insert, update on incident_clock to holdfast_app;

-- The time line; only ever added to.
create table incident_entry (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  incident_id uuid not null,
  at          timestamptz not null,
  kind        text not null,
  by_user     uuid, -- null where the product did it
  note        text, -- in somebody's own words
  facts       jsonb not null default '{}',
  primary key (tenant_id, id),
  foreign key (tenant_id, incident_id) references incident (tenant_id, id)
);
create index incident_entry_of on incident_entry (tenant_id, incident_id, at, id);
select protect_by_tenant('incident_entry');
grant select, insert on incident_entry to holdfast_app;

-- The ticket of an incident in a connected system.
create table incident_ticket (
  tenant_id     uuid not null references tenant,
  incident_id   uuid not null,
  connection_id uuid not null,
  remote_id     text, -- as the other system calls it
  remote_state  text not null default 'unknown' check (remote_state in ('unknown', 'open', 'closed')),
  sent_revision bigint not null default 0, -- of the incident, as it was last accepted there
  sent_at       timestamptz,
  problem       text, -- why the last try was not accepted; safe to show
  primary key (tenant_id, incident_id, connection_id),
  foreign key (tenant_id, incident_id) references incident (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
select protect_by_tenant('incident_ticket');
grant select, insert, update on incident_ticket to holdfast_app;

-- Receipts are about recordings, incidents and whatever else is told to connected systems.
alter table receipt
  add subject_type text,
  add subject_id uuid,
  alter recording_id drop not null;
update receipt set subject_type = 'recording', subject_id = recording_id;
alter table receipt
  alter subject_type set not null,
  alter subject_id set not null,
  add check (recording_id is null or recording_id = subject_id);
create index receipt_of_subject on receipt (tenant_id, subject_type, subject_id, at);
