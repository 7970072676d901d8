-- What makes the log provable to outsiders: signing keys with the times they may sign in, cosignatures of witnesses, time
-- stamps of outside authorities, and what stops the signing.

-- Public halves only. A key that was replaced stays: what it signed in its time must verify for as long as the log is kept.
create table ledger_signing_key (
  tenant_id    uuid not null references tenant,
  name         text not null check (name ~ '^ledger-[1-9][0-9]*$'),
  verifier_key text not null,
  valid_from   timestamptz not null,
  valid_until  timestamptz check (valid_until > valid_from),
  primary key (tenant_id, name)
);
create unique index ledger_signing_key_current on ledger_signing_key (tenant_id) where valid_until is null;
select protect_by_tenant('ledger_signing_key');
grant select, insert, update (valid_until) on ledger_signing_key to holdfast_app;

-- Null until as many witnesses as the configuration asks for have cosigned it.
alter table ledger_checkpoint add column published_at timestamptz;
create index ledger_checkpoint_published on ledger_checkpoint (tenant_id, size) where published_at is not null;
grant update (published_at) on ledger_checkpoint to holdfast_app;

-- `witness` is the whole key, so that one who comes back under its old name with a new key is another.
create table ledger_cosignature (
  tenant_id   uuid not null,
  size        bigint not null,
  witness     text not null,
  line        text not null,
  cosigned_at timestamptz not null,
  primary key (tenant_id, size, witness),
  foreign key (tenant_id, size) references ledger_checkpoint (tenant_id, size)
);
create index ledger_cosignature_witness on ledger_cosignature (tenant_id, witness, size);
select protect_by_tenant('ledger_cosignature');
grant select, insert on ledger_cosignature to holdfast_app;

-- Whole answers of authorities (RFC 3161); `authority` is the SHA-256 of the trusted certificate.
create table ledger_time_stamp (
  tenant_id  uuid not null,
  size       bigint not null,
  authority  text not null,
  response   bytea not null check (octet_length(response) <= 100000),
  stamped_at timestamptz not null,
  primary key (tenant_id, size, authority),
  foreign key (tenant_id, size) references ledger_checkpoint (tenant_id, size)
);
select protect_by_tenant('ledger_time_stamp');
grant select, insert on ledger_time_stamp to holdfast_app;

-- While one of the kinds that stop the signing stands, no checkpoint is signed for the tenant.
create table ledger_alarm (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  kind       text not null check (kind in ('history-differs', 'log-shrank', 'witness-forgot', 'clock-differs')),
  source     text not null,
  size       bigint not null,
  detail     text not null,
  raised_at  timestamptz not null,
  cleared_at timestamptz,
  primary key (tenant_id, id)
);
create unique index ledger_alarm_standing on ledger_alarm (tenant_id, kind, source) where cleared_at is null;
select protect_by_tenant('ledger_alarm');
grant select, insert, update (cleared_at) on ledger_alarm to holdfast_app;

-- Someone wants the log anchored now and not at the next turn: after a hold, an export, a shredding.
create table ledger_anchor_wish (
  tenant_id uuid primary key references tenant,
  asked_at  timestamptz not null
);
select protect_by_tenant('ledger_anchor_wish');
grant select, insert, update, delete on ledger_anchor_wish to holdfast_app;
