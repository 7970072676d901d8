-- Deliveries: what each connection is still to be told, every attempt at it, how each connection fares, and back-fills.

create table delivery_backfill (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  connection_id uuid not null,
  state         text not null check (state in ('running', 'paused', 'done', 'cancelled')),
  started_from   timestamptz, -- recordings that began in [started_from, started_before)
  started_before timestamptz not null, -- what begins later is told anyway
  after_started  timestamptz, -- the last recording that was queued
  after_id       uuid,
  total         bigint not null, -- when it was asked for
  queued        bigint not null default 0,
  asked_by      uuid,
  asked_at      timestamptz not null,
  ended_at      timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
-- Two at once would queue the same recordings twice.
create unique index delivery_backfill_open on delivery_backfill (tenant_id, connection_id)
  where state in ('running', 'paused');
select protect_by_tenant('delivery_backfill');
grant select, insert, update on delivery_backfill to holdfast_app;

create table delivery (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  connection_id uuid not null,
  operation     text not null,
  subject_type  text not null,
  subject_id    uuid not null,
  lane          text not null check (lane in ('live', 'backfill', 'replay')),
  state         text not null check (state in ('queued', 'leased', 'done', 'rejected', 'dead', 'superseded', 'discarded')),
  -- What it is about changed while it was being sent: it is sent once more.
  again         boolean not null default false,
  -- What the other side has is to be deleted there; that is asked also of a connection that is switched off.
  withdraws     boolean not null default false,
  attempts      int not null default 0,
  queued_at     timestamptz not null,
  due_at        timestamptz not null, -- of a leased one: when the lease ends
  lease_id      uuid,
  -- It may have taken effect and nobody knows: it is looked for there before it is sent.
  doubtful      boolean not null default false,
  -- It failed together with others: it is sent without them.
  alone         boolean not null default false,
  connection_version int, -- as of the first attempt
  corrections   jsonb, -- mapped fields that a person set for this delivery; gone once it is over
  backfill_id   uuid,
  first_failed_at timestamptz,
  failed_at     timestamptz,
  error_class   text,
  error_code    text, -- of the other side
  error_title   text,
  error_field   text,
  fingerprint   text,
  receipt_id    uuid,
  settled_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  foreign key (tenant_id, backfill_id) references delivery_backfill (tenant_id, id),
  check ((state = 'leased') = (lease_id is not null)),
  check (state <> 'dead' or fingerprint is not null)
);
-- Ten changes before the first of them was sent are one delivery.
create unique index delivery_open on delivery (tenant_id, connection_id, operation, subject_type, subject_id)
  where state in ('queued', 'leased');
create index delivery_due on delivery (tenant_id, connection_id, lane, due_at, id) where state in ('queued', 'leased');
create index delivery_withdraws on delivery (tenant_id, connection_id) where withdraws and state in ('queued', 'leased');
create index delivery_dead on delivery (tenant_id, connection_id, fingerprint, id) where state = 'dead';
create index delivery_of_subject on delivery (tenant_id, subject_type, subject_id);
-- What a batch holds is found by its lease, however stale the planner's figures of a queue are that grew a minute ago.
create index delivery_leased on delivery (tenant_id, lease_id) where state = 'leased';
create index delivery_of_backfill on delivery (tenant_id, backfill_id, state) where backfill_id is not null;
-- Claimed from one end and settled at once: what is dead in it must not pile up in front of what is due.
alter table delivery set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1, fillfactor = 80);
select protect_by_tenant('delivery');
grant select, insert, update, delete on delivery to holdfast_app;

create table delivery_attempt (
  tenant_id     uuid not null references tenant,
  delivery_id   uuid not null,
  number        int not null,
  connection_id uuid not null,
  operation     text not null,
  lane          text not null,
  connection_version int,
  started_at    timestamptz not null,
  duration_ms   int not null,
  outcome       text not null check (outcome in ('done', 'rejected', 'unknown')),
  result        text, -- what a finished act did
  error_class   text,
  error_code    text,
  error_title   text,
  receipt_id    uuid,
  trace_id      text,
  primary key (tenant_id, delivery_id, number),
  foreign key (tenant_id, delivery_id) references delivery (tenant_id, id) on delete cascade
);
create index delivery_attempt_at on delivery_attempt (tenant_id, started_at);
select protect_by_tenant('delivery_attempt');
grant select, insert, delete on delivery_attempt to holdfast_app;

-- One row a connection that was ever delivered to. While it is closed nothing is claimed: a peer that is away costs one
-- attempt at a time, however much waits for it.
create table delivery_gate (
  tenant_id     uuid not null references tenant,
  connection_id uuid not null,
  closed_until  timestamptz,
  failures      int not null default 0, -- in a row
  last_done_at  timestamptz,
  last_failed_at timestamptz,
  error_class   text,
  error_title   text,
  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
select protect_by_tenant('delivery_gate');
grant select, insert, update on delivery_gate to holdfast_app;
