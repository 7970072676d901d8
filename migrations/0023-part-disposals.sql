-- Parts that are destroyed alone: one party's channel, what was derived from it, a version that was replaced.

-- A tombstone of single parts leaves the rest of its recording alone; there may be several, beside the one of the whole.
alter table tombstone add parts_only boolean not null default false;
drop index tombstone_standing;
create unique index tombstone_standing on tombstone (tenant_id, recording_id)
  where withdrawn_at is null and not parts_only;
create index tombstone_of_parts on tombstone (tenant_id, recording_id) where parts_only;

-- One order to destroy some parts of a recording: why, what became of it, and the proof.
create table part_disposal (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  recording_id uuid not null,
  part_ids     uuid[] not null check (cardinality(part_ids) > 0),
  ground       text not null check (ground in ('erasure', 'consent-withdrawn', 'derived-data', 'redaction')),
  approval_id  uuid,
  request_id   uuid,
  asked_at     timestamptz not null,
  state        text not null default 'asked' check (state in ('asked', 'spared', 'destroyed', 'certified')),
  -- Of the tombstone under which the keys go; a withdrawn one is followed by another.
  tombstone_id uuid,
  -- Parts of `part_ids` that a hold or a rule keeps, with the decision that kept them.
  kept_ids     uuid[] not null default '{}',
  decision     jsonb,
  evidence     jsonb,
  ended_at     timestamptz,
  -- Set once every root is destroyed under which these keys were wrapped.
  completed_at timestamptz,
  completion   jsonb,
  primary key (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id),
  check (state <> 'certified' or evidence is not null)
);
create index part_disposal_of_recording on part_disposal (tenant_id, recording_id);
create index part_disposal_of_request on part_disposal (tenant_id, request_id) where request_id is not null;
create index part_disposal_open on part_disposal (tenant_id, tombstone_id) where completed_at is null;
select protect_by_tenant('part_disposal');
grant select, insert, update on part_disposal to holdfast_app;
