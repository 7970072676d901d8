-- What a session is made of: how its person signed in, when they last proved who they are, where it is used, and which
-- secrets it had. One row is one session; its secret changes. People get what identity providers and directories tell.

alter table app_user
  add column kind   text not null default 'person' check (kind in ('person', 'service')), -- service: an account of a machine
  add column email  text,
  add column groups text[] not null default '{}', -- as directory or identity provider name them
  add column region text; -- where the person works
create index app_user_email on app_user (tenant_id, lower(email)) where email is not null;

alter table session
  add column id                uuid not null default gen_random_uuid(),
  add column means             text not null default 'link'
    check (means in ('link', 'password', 'passkey', 'saml', 'oidc', 'break-glass', 'command')),
  add column provider_id       uuid, -- of the identity provider, where one vouched
  add column auth_at           timestamptz, -- when the person proved who they are; null: at created_at
  add column stepped_up_at     timestamptz, -- last strong proof of presence
  add column acr               text, -- authentication context class, as the provider named it
  add column amr               text[] not null default '{}', -- methods, RFC 8176
  add column last_seen_at      timestamptz, -- last act of the person, to the minute; null: created_at
  add column idle_seconds      int, -- ends after so long without an act; null: only at expires_at
  add column country           text, -- from which it began, where known
  add column user_agent        text, -- product and system in words, for the list of sessions
  add column user_agent_digest bytea, -- SHA-256; a request of another program does not have this session
  add column rotated_at        timestamptz, -- since when token_digest is the secret; null: since created_at
  add column next_digest       bytea, -- a new secret that was handed out and not used yet
  add column next_at           timestamptz; -- when it was handed out
create unique index session_id on session (tenant_id, id);
create unique index session_next on session (tenant_id, next_digest) where next_digest is not null;
create index session_of on session (tenant_id, user_id) where ended_at is null;

-- Secrets that a session had before. One that comes back after its time was copied: the session ends.
create table session_former_secret (
  tenant_id    uuid not null references tenant,
  token_digest bytea not null,
  session_id   uuid not null,
  replaced_at  timestamptz not null,
  primary key (tenant_id, token_digest),
  foreign key (tenant_id, session_id) references session (tenant_id, id)
);
create index session_former_secret_of on session_former_secret (tenant_id, session_id);
select protect_by_tenant('session_former_secret');
grant select, insert on session_former_secret to holdfast_app;
