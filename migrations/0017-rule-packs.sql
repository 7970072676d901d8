-- Rule packs and policies of a tenant as data: what was loaded, who activated it, what it took the place of.
-- Neither is ever changed or removed: an old decision is answered by the pack and policy that it was made with.

create table rule_pack (
  tenant_id     uuid not null references tenant,
  digest        text not null check (digest ~ '^[0-9a-f]{64}$'), -- SHA-256 of the bytes
  pack_id       text not null,
  version       text not null,
  bytes         bytea not null, -- exactly as they were signed
  signature     text not null,
  signed_by     text not null, -- id of the trusted key
  state         text not null check (state in ('loaded', 'active', 'superseded')),
  loaded_by     uuid, -- null where the product brought it
  loaded_at     timestamptz not null,
  activated_by  uuid,
  activated_at  timestamptz,
  superseded_at timestamptz,
  primary key (tenant_id, digest),
  check (state = 'loaded' or activated_at is not null)
);
create unique index rule_pack_active on rule_pack (tenant_id) where state = 'active';
select protect_by_tenant('rule_pack');
grant select, insert, update (state, activated_by, activated_at, superseded_at) on rule_pack to holdfast_app;

create table tenant_policy (
  tenant_id     uuid not null references tenant,
  version       int not null check (version > 0),
  digest        text not null check (digest ~ '^[0-9a-f]{64}$'), -- SHA-256 of the canonical JSON
  body          jsonb not null,
  note          text not null, -- why, in the words of whoever proposed it
  state         text not null check (state in ('proposed', 'active', 'superseded')),
  proposed_by   uuid,
  proposed_at   timestamptz not null,
  activated_by  uuid,
  activated_at  timestamptz,
  superseded_at timestamptz,
  primary key (tenant_id, version),
  check (state = 'proposed' or activated_at is not null)
);
create unique index tenant_policy_active on tenant_policy (tenant_id) where state = 'active';
select protect_by_tenant('tenant_policy');
grant select, insert, update (state, activated_by, activated_at, superseded_at) on tenant_policy to holdfast_app;

-- Events from which retention periods run, as they were reported: the end of a contract, of a relationship, of a matter.
-- The latest report of an event counts; earlier ones stay in the ledger.
create table retention_trigger (
  tenant_id    uuid not null references tenant,
  recording_id uuid not null,
  trigger      text not null check (trigger in ('contractEnd', 'relationshipEnd', 'lastEffective', 'matterClose',
                                                'ageOfMajority', 'paymentAuthorised')),
  at           timestamptz not null,
  reported_by  uuid, -- null where a connected system reported it
  reported_at  timestamptz not null,
  primary key (tenant_id, recording_id, trigger),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
select protect_by_tenant('retention_trigger');
grant select, insert, update on retention_trigger to holdfast_app;

-- Classes beside the one a recording was captured under; only ever added, so that no floor is taken away.
alter table recording add column further_classes text[] not null default '{}';

-- By which pack a node decides, as its heartbeat tells.
alter table recorder_node add column pack_digest text;
alter table recorder_node add column policy_version int;
