-- What ties recordings together: the same call sent to two recorders on purpose, or taken up anew after a fail-over.

-- Digests of the ids and addresses by which a session can be recognised. An address can be guessed and its digest compared, so
-- they count as personal data and go with the recording's disposal, as its parties do.
create table recording_identity (
  tenant_id    uuid not null references tenant,
  recording_id uuid not null,
  kind         text not null check (kind in ('session', 'call', 'group', 'participant')),
  digest       bytea not null,
  primary key (tenant_id, recording_id, kind, digest),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index recording_identity_digest on recording_identity (tenant_id, digest) where kind <> 'participant';
select protect_by_tenant('recording_identity');
grant select, insert, delete on recording_identity to holdfast_app;

-- Found when the later of the two is committed; a hint for whoever reads them, and never a reason to drop one.
create table recording_relation (
  tenant_id    uuid not null references tenant,
  recording_id uuid not null,
  related_id   uuid not null,
  kind         text not null check (kind in ('same-call', 'continuation', 'same-group')),
  primary key (tenant_id, recording_id, related_id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id),
  foreign key (tenant_id, related_id) references recording (tenant_id, id)
);
create index recording_relation_related on recording_relation (tenant_id, related_id);
select protect_by_tenant('recording_relation');
grant select, insert on recording_relation to holdfast_app;

-- The place of a session in its group, where the source counts.
alter table recording add column group_sequence int;
