-- Recordings and their parts, keys, parties, holds and certificates.

-- The smallest UUID whose time is the start of the given day, UTC.
create function uuid_floor(day date) returns uuid
  language sql immutable
  return (lpad(to_hex((extract(epoch from day::timestamp)::bigint * 1000)), 12, '0') || repeat('0', 20))::uuid;

-- Makes the monthly partitions of a table that is partitioned by range on a UUIDv7:
-- the first 48 bits of such an id are its time in milliseconds.
create function ensure_month_partitions(parent regclass, from_month date, months int) returns int
  language plpgsql as $$
declare
  month date;
  low uuid;
  high uuid;
  child text;
  made int := 0;
begin
  for i in 0 .. months - 1 loop
    month := (date_trunc('month', from_month) + make_interval(months => i))::date;
    low  := uuid_floor(month);
    high := uuid_floor((month + interval '1 month')::date);
    child := format('%s_%s', parent::text, to_char(month, 'YYYY_MM'));
    if to_regclass(child) is null then
      begin
        execute format('create table %I partition of %s for values from (%L) to (%L)', child, parent, low, high);
        made := made + 1;
      exception when check_violation then
        -- Rows of this month stand in the default partition already: they are found there, and nothing may fail for it.
        raise warning 'The partition % was not made: the default partition holds rows of its month.', child;
      end;
    end if;
  end loop;
  return made;
end
$$;

create table recording (
  tenant_id       uuid not null references tenant,
  id              uuid not null,
  region          text not null,
  state           text not null check (state in ('captured', 'stored', 'retained', 'disposing', 'disposed')),
  source          text not null check (source in ('siprec')),
  spool_node      text not null,
  call_id         text,
  started_at      timestamptz not null,
  ended_at        timestamptz not null,
  duration_ms     bigint not null check (duration_ms >= 0),
  partial         boolean not null,
  retention_class text not null,
  consent         jsonb not null,
  retention       jsonb,
  retain_until    timestamptz,
  policy_epoch    int not null default 0,
  claimed_at      timestamptz,
  warnings        jsonb not null default '[]',
  revision        bigint not null default 1,
  created_at      timestamptz not null default now(),
  primary key (tenant_id, id)
) partition by range (id);
create table recording_other partition of recording default;
select ensure_month_partitions('recording', date '2026-10-01', 18);
create index recording_due on recording (tenant_id, retain_until) where state = 'retained';
create index recording_claimed on recording (tenant_id, claimed_at) where state = 'disposing';
create index recording_newest on recording (tenant_id, started_at desc, id desc);
select protect_by_tenant('recording');

-- Every change of a recording raises its revision, so that an older copy of it never overwrites a newer one
-- in a connected system. Placing or releasing a hold touches the row for that reason.
create function raise_revision() returns trigger
  language plpgsql as $$
begin
  new.revision := old.revision + 1;
  return new;
end
$$;
create trigger revision before update on recording for each row execute function raise_revision();
grant select, insert, update on recording to holdfast_app;

-- Personal data; deleted with the recording's disposal.
create table party (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  recording_id uuid not null,
  ordinal      int not null,
  name         text,
  address      text,
  label        text,
  primary key (tenant_id, id),
  unique (tenant_id, recording_id, ordinal),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
select protect_by_tenant('party');
grant select, insert, delete on party to holdfast_app;

-- A key-encryption key, wrapped by a root that never enters the database.
create table key_encryption_key (
  tenant_id       uuid not null references tenant,
  id              uuid not null,
  region          text not null,
  period          text not null,
  retention_class text not null,
  provider        text not null,
  root_key_id     text not null,
  wrapped         bytea not null,
  created_at      timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index key_encryption_key_scope on key_encryption_key (tenant_id, region, period, retention_class);
select protect_by_tenant('key_encryption_key');
grant select, insert on key_encryption_key to holdfast_app;

create table part (
  tenant_id         uuid not null references tenant,
  id                uuid not null,
  recording_id      uuid not null,
  kind              text not null check (kind in ('media', 'metadata', 'waveform')),
  label             text,
  version           int not null default 1,
  store             text not null check (store in ('spool', 'objects')),
  object_key        text not null,
  bytes             bigint not null,
  ciphertext_bytes  bigint not null,
  sha256            bytea not null,
  sha512            bytea not null,
  ciphertext_sha256 bytea not null,
  created_at        timestamptz not null default now(),
  destroyed_at      timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index part_of_recording on part (tenant_id, recording_id);
select protect_by_tenant('part');
grant select, insert, update on part to holdfast_app;

-- One data key a part; destroying the row destroys the part.
create table data_key (
  tenant_id  uuid not null references tenant,
  part_id    uuid not null,
  kek_id     uuid not null,
  wrapped    bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, part_id),
  foreign key (tenant_id, part_id) references part (tenant_id, id),
  foreign key (tenant_id, kek_id) references key_encryption_key (tenant_id, id)
);
select protect_by_tenant('data_key');
grant select, insert, delete on data_key to holdfast_app;

create table hold (
  tenant_id      uuid not null references tenant,
  id             uuid not null,
  matter         text not null,
  reason         text not null,
  placed_by      uuid not null,
  placed_at      timestamptz not null,
  released_by    uuid,
  released_at    timestamptz,
  release_reason text,
  primary key (tenant_id, id),
  check ((released_at is null) = (released_by is null))
);
create index hold_newest on hold (tenant_id, placed_at desc, id desc);
select protect_by_tenant('hold');
grant select, insert, update on hold to holdfast_app;

create table hold_item (
  tenant_id    uuid not null references tenant,
  hold_id      uuid not null,
  recording_id uuid not null,
  primary key (tenant_id, hold_id, recording_id),
  foreign key (tenant_id, hold_id) references hold (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index hold_item_recording on hold_item (tenant_id, recording_id);
select protect_by_tenant('hold_item');
grant select, insert on hold_item to holdfast_app;

create table disposal_certificate (
  tenant_id    uuid not null references tenant,
  recording_id uuid not null,
  policy_epoch int not null,
  disposed_at  timestamptz not null,
  rules        jsonb not null,
  evidence     jsonb not null,
  ledger_index bigint not null,
  primary key (tenant_id, recording_id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
select protect_by_tenant('disposal_certificate');
grant select, insert on disposal_certificate to holdfast_app;
