-- Local administrators, one-time sign-in links, sessions, and answers kept for idempotent requests.
-- Secrets are stored as SHA-256 digests only.

create table app_user (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  name       text not null,
  role       text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
select protect_by_tenant('app_user');
grant select, insert on app_user to holdfast_app;

create table sign_in_link (
  tenant_id    uuid not null references tenant,
  token_digest bytea not null,
  user_id      uuid not null,
  expires_at   timestamptz not null,
  used_at      timestamptz,
  primary key (tenant_id, token_digest),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
select protect_by_tenant('sign_in_link');
grant select, insert, update on sign_in_link to holdfast_app;

create table session (
  tenant_id    uuid not null references tenant,
  token_digest bytea not null,
  user_id      uuid not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  ended_at     timestamptz,
  primary key (tenant_id, token_digest),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
select protect_by_tenant('session');
grant select, insert, update on session to holdfast_app;

create table idempotent_answer (
  tenant_id      uuid not null references tenant,
  user_id        uuid not null,
  key            text not null,
  request_digest bytea not null,
  status         int not null,
  body           jsonb not null,
  created_at     timestamptz not null default now(),
  primary key (tenant_id, user_id, key)
);
select protect_by_tenant('idempotent_answer');
grant select, insert, delete on idempotent_answer to holdfast_app;
