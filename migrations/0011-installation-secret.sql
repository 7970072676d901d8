-- The installation's master secret, wrapped by the key provider. It belongs to no tenant: from it the keys are
-- derived that sign checkpoints and encrypt Temporal's payloads, for all tenants alike. Only the provider opens it.

create table installation_secret (
  name        text primary key check (name = 'master'),
  provider    text not null,
  root_key_id text not null,
  wrapped     bytea not null,
  wrapped_at  timestamptz not null default now()
);
grant select, insert, update on installation_secret to holdfast_app;
