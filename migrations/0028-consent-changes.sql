-- What a party said about consent after the fact, and what came of it for each of its recordings.

create table consent_change (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  kind         text not null check (kind in ('assented', 'refused', 'withdrawn', 'conflict-kept', 'conflict-ended')),
  effect       text not null check (effect in ('restrict', 'erase')), -- what follows where nothing keeps a recording
  purpose      text, -- null for every purpose
  recording_id uuid, -- this one alone; null for all in which the party speaks
  party_ordinals jsonb, -- with recording_id: these parties; null for everybody
  address      text, -- of the party; personal, gone when the change has been carried out
  party_digest bytea check (octet_length(party_digest) = 32), -- by which later recordings of the party are recognised
  address_from timestamptz, -- the address was the party's own from then
  address_to   timestamptz, -- and until then
  said_at      timestamptz not null,
  source       text not null check (source in ('api', 'event', 'approval')),
  reason       text not null,
  asked_by     uuid,
  asked_at     timestamptz not null,
  state        text not null check (state in ('asked', 'done')),
  ended_at     timestamptz,
  primary key (tenant_id, id),
  check ((recording_id is null) <> (party_digest is null)),
  check ((state = 'done') = (ended_at is not null))
);
create index consent_change_newest on consent_change (tenant_id, asked_at desc, id desc);
create index consent_change_party on consent_change (tenant_id, party_digest, said_at) where party_digest is not null;
select protect_by_tenant('consent_change');
grant select, insert, update on consent_change to holdfast_app;

-- One row a recording: the honest result.
create table consent_change_item (
  tenant_id        uuid not null references tenant,
  change_id        uuid not null,
  recording_id     uuid not null,
  action           text not null check (action in ('noted', 'kept', 'restricted', 'lifted', 'side-destroyed',
                                                   'disposal-due', 'gone', 'failed')),
  ground           text not null, -- a sentence
  rules            jsonb not null default '[]',
  kept_until       timestamptz,
  part_disposal_id uuid,
  decided_at       timestamptz not null,
  primary key (tenant_id, change_id, recording_id),
  foreign key (tenant_id, change_id) references consent_change (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index consent_change_item_of on consent_change_item (tenant_id, recording_id);
select protect_by_tenant('consent_change_item');
grant select, insert, update on consent_change_item to holdfast_app;

-- Recordings are found by who speaks in them, whatever stands around the number.
create index party_address on party using gin (address gin_trgm_ops);
