-- Recorders that run, the calls they record now, what they are asked to do, and the alerts they raise.
-- No names or numbers: who talks stands in the encrypted journal of the recording alone.

-- One row a node. A row is believed while its heartbeat is young; the age is taken from the database's clock.
create table recorder_node (
  tenant_id    uuid not null references tenant,
  node         text not null,
  region       text not null,
  version      text not null,
  state        text not null check (state in ('taking', 'full', 'draining', 'down')),
  calls        int not null check (calls >= 0),
  capacity     int not null check (capacity >= 0),
  heartbeat_at timestamptz not null default now(),
  primary key (tenant_id, node)
);
select protect_by_tenant('recorder_node');
grant select, insert, update on recorder_node to holdfast_app;

-- Written anew with every heartbeat, so it is not logged: after a crash of the database it is empty for seconds.
create unlogged table live_call (
  tenant_id    uuid not null,
  recording_id uuid not null,
  node         text not null,
  state        text not null check (state in ('recording', 'paused')),
  started_at   timestamptz not null,
  dialect      text,
  transport    text not null,
  streams      jsonb not null,
  alerts       jsonb not null,
  primary key (tenant_id, recording_id)
) with (fillfactor = 50);
create index live_call_of_node on live_call (tenant_id, node);
select protect_by_tenant('live_call');
grant select, insert, update, delete on live_call to holdfast_app;

-- What a person asks of a recorder. Settled once: `done`, or `failed` with a sentence that is safe to show.
create table recorder_command (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  node         text not null,
  recording_id uuid,
  verb         text not null check (verb in ('pause', 'resume', 'end', 'snapshot', 'drain', 'undrain')),
  reason       text not null,
  asked_by     uuid not null,
  asked_at     timestamptz not null default now(),
  taken_at     timestamptz,
  settled_at   timestamptz,
  outcome      text check (outcome in ('done', 'failed')),
  answer       text,
  primary key (tenant_id, id),
  check ((recording_id is null) = (verb in ('drain', 'undrain'))),
  check ((settled_at is null) = (outcome is null))
);
create index recorder_command_waiting on recorder_command (tenant_id, node, asked_at) where settled_at is null;
select protect_by_tenant('recorder_command');
grant select, insert, update on recorder_command to holdfast_app;

-- Kept: what was wrong with a recording while it was made belongs to its evidence.
create table recorder_alert (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  recording_id uuid not null,
  node         text not null,
  kind         text not null,
  label        text,
  detail       text not null,
  raised_at    timestamptz not null,
  cleared_at   timestamptz,
  primary key (tenant_id, id)
);
create unique index recorder_alert_standing on recorder_alert (tenant_id, recording_id, kind, coalesce(label, ''))
  where cleared_at is null;
create index recorder_alert_newest on recorder_alert (tenant_id, raised_at desc, id desc);
create index recorder_alert_of_recording on recorder_alert (tenant_id, recording_id);
select protect_by_tenant('recorder_alert');
grant select, insert, update on recorder_alert to holdfast_app;
