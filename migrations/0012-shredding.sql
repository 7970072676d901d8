-- Shredding: what is written before a key goes, who must let go of it first, and how a period of keys is closed.

-- The decision to destroy a recording's keys, committed before any of them goes. `body` is the same in the journal of the
-- object store, where it outlives this database. Withdrawn when a hold came before the destruction.
create table tombstone (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  recording_id uuid not null,
  policy_epoch int not null,
  salt         bytea not null,
  body         bytea not null,
  written_at   timestamptz not null,
  withdrawn_at timestamptz,
  destroyed_at timestamptz,
  -- When a restored database learnt of it from the journal.
  replayed_at  timestamptz,
  primary key (tenant_id, id)
);
create unique index tombstone_standing on tombstone (tenant_id, recording_id) where withdrawn_at is null;
select protect_by_tenant('tombstone');
grant select, insert, update on tombstone to holdfast_app;

-- The data keys that a standing tombstone names. From here on nothing opens them; once destroyed, the row remembers under
-- which key and which root they were wrapped last, which says what must be destroyed for older backups to die.
create table tombstone_key (
  tenant_id    uuid not null references tenant,
  part_id      uuid not null,
  tombstone_id uuid not null,
  kek_id       uuid not null,
  provider     text not null,
  root_key_id  text not null,
  destroyed_at timestamptz,
  primary key (tenant_id, part_id),
  foreign key (tenant_id, tombstone_id) references tombstone (tenant_id, id)
);
create index tombstone_key_of on tombstone_key (tenant_id, tombstone_id);
create index tombstone_key_kek on tombstone_key (tenant_id, kek_id) where destroyed_at is not null;
create index tombstone_key_root on tombstone_key (tenant_id, provider, root_key_id) where destroyed_at is not null;
select protect_by_tenant('tombstone_key');
grant select, insert, update, delete on tombstone_key to holdfast_app;

-- One closing of a period of keys: the root is rotated, what survives is wrapped anew, the old roots are destroyed.
create table key_period (
  tenant_id          uuid not null references tenant,
  id                 uuid not null,
  provider           text not null,
  old_roots          text[] not null default '{}',
  new_root           text,
  opened_at          timestamptz not null,
  rewrapped          int not null default 0,
  replaced           int not null default 0,
  -- From here on no key under an old root is taken into the database any more.
  destroying_at      timestamptz,
  -- Set by a restored database that learnt of it from the archive of keys.
  replayed_at        timestamptz,
  closed_at          timestamptz,
  beyond_recovery_at timestamptz,
  primary key (tenant_id, id)
);
create unique index key_period_open on key_period (tenant_id) where closed_at is null;
select protect_by_tenant('key_period');
grant select, insert, update on key_period to holdfast_app;

-- Key-encryption keys that were replaced and deleted. A recorder may bring one back with a recording that was in its spool.
create table retired_kek (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  replaced_by uuid not null,
  retired_at  timestamptz not null,
  primary key (tenant_id, id)
);
select protect_by_tenant('retired_kek');
grant select, insert on retired_kek to holdfast_app;

alter table key_encryption_key
  -- Destroyed data keys were wrapped under it, so that it has to go at the end of the period.
  add touched boolean not null default false,
  add replaced_by uuid;
grant update (provider, root_key_id, wrapped, touched, replaced_by), delete on key_encryption_key to holdfast_app;
create index key_encryption_key_root on key_encryption_key (tenant_id, root_key_id);
-- What was destroyed before there were tombstones does not say under which key it was.
update key_encryption_key k set touched = true
 where exists (select from part p where p.tenant_id = k.tenant_id and p.destroyed_at is not null);

-- The period in which a data key came under another key; a restored database is told of it by the archive of keys.
alter table data_key add moved_in uuid;
grant update (kek_id, wrapped, moved_in) on data_key to holdfast_app;
create index data_key_of_kek on data_key (tenant_id, kek_id);
create index data_key_moved on data_key (tenant_id, moved_in) where moved_in is not null;

-- The last guard of a key, whatever the code above it does: without a standing tombstone, or under a hold, it stays.
create function refuse_to_lose_a_key() returns trigger
  language plpgsql as $$
declare
  replayed timestamptz;
begin
  select t.replayed_at into replayed
    from tombstone_key k join tombstone t on t.tenant_id = k.tenant_id and t.id = k.tombstone_id
   where k.tenant_id = old.tenant_id and k.part_id = old.part_id and t.withdrawn_at is null;
  if not found then
    raise exception 'The data key of part % is not destroyed: no tombstone stands for it.', old.part_id
      using errcode = 'insufficient_privilege';
  end if;
  -- A replayed tombstone is younger than every hold that a restored database still shows.
  if replayed is null and exists (
    select from part p
      join hold_item i on i.tenant_id = p.tenant_id and i.recording_id = p.recording_id
      join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id
     where p.tenant_id = old.tenant_id and p.id = old.part_id and h.released_at is null) then
    raise exception 'The data key of part % is not destroyed: a hold is on its recording.', old.part_id
      using errcode = 'insufficient_privilege';
  end if;
  return old;
end
$$;
create trigger keep_keys before delete on data_key for each row execute function refuse_to_lose_a_key();

-- Who has keys of a tenant in memory now, and until when without another word of them.
create table key_lease (
  tenant_id  uuid not null references tenant,
  process_id uuid not null,
  role       text not null,
  node       text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, process_id)
);
select protect_by_tenant('key_lease');
grant select, insert, update, delete on key_lease to holdfast_app;

-- What every such process is asked to let go of, and which of them have.
create table eviction (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  recording_id uuid not null,
  asked_at     timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index eviction_newest on eviction (tenant_id, asked_at);
select protect_by_tenant('eviction');
grant select, insert, delete on eviction to holdfast_app;

create table eviction_answer (
  tenant_id   uuid not null references tenant,
  eviction_id uuid not null,
  process_id  uuid not null,
  answered_at timestamptz not null default now(),
  primary key (tenant_id, eviction_id, process_id),
  foreign key (tenant_id, eviction_id) references eviction (tenant_id, id) on delete cascade
);
select protect_by_tenant('eviction_answer');
grant select, insert on eviction_answer to holdfast_app;

-- A database that is older than its journal of tombstones opens nothing until they are replayed.
create table quarantine (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  reason     text not null,
  entered_at timestamptz not null,
  left_at    timestamptz,
  primary key (tenant_id, id)
);
create unique index quarantine_open on quarantine (tenant_id) where left_at is null;
select protect_by_tenant('quarantine');
grant select, insert, update on quarantine to holdfast_app;

-- What became of the copies that a certificate still named.
alter table disposal_certificate
  add completed_at timestamptz,
  add completion jsonb;
grant update (completed_at, completion) on disposal_certificate to holdfast_app;
create index disposal_certificate_open on disposal_certificate (tenant_id, recording_id) where completed_at is null;

-- Root keys under which a recorder still has keys in memory or in its spool; null before its first report.
alter table recorder_node
  add roots text[],
  add roots_at timestamptz;
