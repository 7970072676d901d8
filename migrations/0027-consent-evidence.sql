-- What was said and given about consent, by whom and where in the sound it can be heard; and calls that wait for it.

alter table live_call drop constraint live_call_state_check;
alter table live_call add constraint live_call_state_check check (state in ('recording', 'paused', 'waiting'));

-- What was said about consent while a call is in progress goes to its recorder as a command. No names, no numbers.
alter table recorder_command drop constraint recorder_command_verb_check;
alter table recorder_command add constraint recorder_command_verb_check
  check (verb in ('pause', 'resume', 'end', 'snapshot', 'consent', 'drain', 'undrain'));
alter table recorder_command add column payload jsonb;
alter table recorder_command add check ((verb = 'consent') = (payload is not null));
-- A withdrawal that comes from outside is passed on by nobody.
alter table recorder_command alter column asked_by drop not null;

-- Append only. No foreign key to the recording: evidence comes while the call is in progress, and what was refused has
-- no recording.
create table consent_evidence (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  recording_id  uuid not null,
  party_ordinals jsonb, -- of the parties' rows; null where they are known by their line, or it is for everybody
  label         text, -- of the line of the party
  kind          text not null check (kind in ('toned', 'announced', 'assented', 'refused', 'withdrawn')),
  purpose       text, -- null for every purpose
  said_at       timestamptz not null,
  offset_ms     bigint, -- in the recording's sound; null where it is not heard there
  prompt_id     text,
  prompt_sha256 text check (prompt_sha256 ~ '^[0-9a-f]{64}$'),
  language      text,
  source        text not null check (source in ('sip', 'sdp', 'api', 'event', 'change')),
  given_by      uuid, -- the person who noted it
  noted_at      timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index consent_evidence_of_recording on consent_evidence (tenant_id, recording_id, said_at, id);
select protect_by_tenant('consent_evidence');
grant select, insert on consent_evidence to holdfast_app;
