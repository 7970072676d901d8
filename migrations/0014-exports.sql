-- Exports: what was asked for, who agreed, the sealed bundle that came of it, the links by which it is handed over,
-- and every range that was fetched. Secrets are stored as digests or scrypt hashes only.

create table export (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  state         text not null check (state in ('requested', 'approved', 'refused', 'making', 'ready',
                                               'expired', 'revoked', 'failed')),
  purpose       text not null,
  matter        text,
  recipient     text not null, -- name, as the watermark has it
  recipient_key text not null, -- age recipient, or certificate in PEM
  recordings    int not null check (recordings > 0),
  bytes         bigint not null, -- of the parts when it was asked for
  requested_by  uuid not null,
  requested_at  timestamptz not null,
  expires_at    timestamptz not null,
  approval_rule text not null, -- why a second person is needed, or not
  decided_by    uuid, -- null where no second person was needed
  decided_at    timestamptz,
  ended_by      uuid,
  ended_at      timestamptz,
  reason        text, -- of a refusal, a revocation or a failure
  object_key    text,
  envelope_key  text, -- object that opens the bundle with a certificate
  size          bigint,
  sha256        bytea check (octet_length(sha256) = 32), -- of the encrypted bundle
  manifest_sha256 text,
  ready_at      timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, requested_by) references app_user (tenant_id, id),
  check (decided_by is null or decided_by <> requested_by),
  check (state <> 'ready' or (object_key is not null and size is not null and sha256 is not null))
);
create index export_newest on export (tenant_id, requested_at desc, id desc);
select protect_by_tenant('export');
grant select, insert, update on export to holdfast_app;

create table export_item (
  tenant_id    uuid not null references tenant,
  export_id    uuid not null,
  recording_id uuid not null,
  primary key (tenant_id, export_id, recording_id),
  foreign key (tenant_id, export_id) references export (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index export_item_recording on export_item (tenant_id, recording_id);
select protect_by_tenant('export_item');
grant select, insert on export_item to holdfast_app;

-- A link is of use only with its passcode, which goes to the recipient by another way.
create table export_link (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  export_id     uuid not null,
  token_digest  bytea not null,
  passcode_hash text not null,
  attempts      int not null default 0, -- wrong passcodes, counted before each is checked
  created_by    uuid not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  revoked_at    timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_digest),
  foreign key (tenant_id, export_id) references export (tenant_id, id)
);
create index export_link_of on export_link (tenant_id, export_id);
select protect_by_tenant('export_link');
grant select, insert, update on export_link to holdfast_app;

-- Whoever gave the right passcode, for a short while.
create table export_visit (
  tenant_id     uuid not null references tenant,
  cookie_digest bytea not null,
  link_id       uuid not null,
  expires_at    timestamptz not null,
  primary key (tenant_id, cookie_digest),
  foreign key (tenant_id, link_id) references export_link (tenant_id, id)
);
select protect_by_tenant('export_visit');
grant select, insert, update, delete on export_visit to holdfast_app;

-- One row a range, written before its first byte is sent; no address of whoever fetched.
create table export_fetch (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  export_id  uuid not null,
  link_id    uuid, -- null where it was saved on the machine itself
  at         timestamptz not null,
  first_byte bigint not null,
  end_byte   bigint not null, -- the one after the last
  sent       bigint not null default 0,
  outcome    text not null default 'running'
             check (outcome in ('running', 'complete', 'left', 'revoked', 'expired', 'failed')),
  ended_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, export_id) references export (tenant_id, id)
);
create index export_fetch_of on export_fetch (tenant_id, export_id, at);
select protect_by_tenant('export_fetch');
grant select, insert, update on export_fetch to holdfast_app;
