-- Identity providers that people sign in with, the people they vouched for, and what is needed to take each answer once.

create table identity_provider (
  tenant_id      uuid not null references tenant,
  id             uuid not null,
  kind           text not null check (kind in ('saml', 'oidc')),
  name           text not null check (name <> ''),
  state          text not null check (state in ('draft', 'tested', 'live', 'off')),
  version        int not null check (version > 0), -- one more with each change; a test counts for one version
  tested_version int,
  config         jsonb not null, -- nothing secret
  sealed         bytea, -- client secret, or the service provider's private key; for `openSecret` alone
  domains        text[] not null default '{}', -- of e-mail addresses, in small letters
  last_test      bytea, -- what the newest test sign-in brought; personal, so sealed
  tested_at      timestamptz,
  added_at       timestamptz not null,
  changed_at     timestamptz not null,
  primary key (tenant_id, id)
);
create unique index identity_provider_name on identity_provider (tenant_id, lower(name));
create index identity_provider_domains on identity_provider using gin (domains);
select protect_by_tenant('identity_provider');
grant select, insert, update, delete on identity_provider to holdfast_app;

-- The sign-in page asks which providers serve a domain before anybody knows the tenant. Nothing of any person is seen there.
create policy directory on identity_provider for select to holdfast_dispatcher using (true);
grant select (tenant_id, id, kind, name, state, domains) on identity_provider to holdfast_dispatcher;

-- Somebody who was sent to a provider and has not come back.
create table sign_in_attempt (
  tenant_id    uuid not null references tenant,
  state_digest bytea not null, -- of what comes back in `state` or `RelayState`
  provider_id  uuid not null,
  browser      bytea not null, -- digest of the cookie of the browser that began it
  purpose      text not null check (purpose in ('sign-in', 'test', 'step-up')),
  user_id      uuid, -- whose session asked, for a test and a step-up
  session_id   uuid,
  return_to    text not null, -- a screen of the console
  sealed       bytea not null, -- verifier and nonce, or the id of the request
  answered     bytea, -- what the provider's posted answer said, checked and sealed, until the browser comes for it
  asked_at     timestamptz not null,
  expires_at   timestamptz not null,
  primary key (tenant_id, state_digest),
  foreign key (tenant_id, provider_id) references identity_provider (tenant_id, id) on delete cascade
);
create index sign_in_attempt_expired on sign_in_attempt (tenant_id, expires_at);
select protect_by_tenant('sign_in_attempt');
grant select, insert, update, delete on sign_in_attempt to holdfast_app;

-- Assertions, nonces and logout tokens that were taken: each counts once. Kept until the provider's own end of it.
create table taken_message (
  tenant_id   uuid not null references tenant,
  provider_id uuid not null,
  digest      bytea not null,
  keep_until  timestamptz not null,
  primary key (tenant_id, provider_id, digest),
  foreign key (tenant_id, provider_id) references identity_provider (tenant_id, id) on delete cascade
);
create index taken_message_old on taken_message (tenant_id, keep_until);
select protect_by_tenant('taken_message');
grant select, insert, delete on taken_message to holdfast_app;

-- Who a provider means by a subject. A person may have several providers.
create table provider_subject (
  tenant_id   uuid not null references tenant,
  provider_id uuid not null,
  subject     text not null,
  user_id     uuid not null,
  linked_at   timestamptz not null,
  last_at     timestamptz not null,
  primary key (tenant_id, provider_id, subject),
  foreign key (tenant_id, provider_id) references identity_provider (tenant_id, id) on delete cascade,
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
create index provider_subject_of on provider_subject (tenant_id, user_id);
select protect_by_tenant('provider_subject');
grant select, insert, update on provider_subject to holdfast_app;

-- What a session of a provider needs to be ended with it, or renewed by it.
create table provider_session (
  tenant_id    uuid not null references tenant,
  session_id   uuid not null,
  provider_id  uuid not null,
  subject      text not null,
  provider_sid text, -- `sid` of OpenID Connect, SessionIndex of SAML
  sealed       bytea, -- tokens, for `openSecret` alone
  renew_at     timestamptz, -- null where nothing renews it
  primary key (tenant_id, session_id),
  foreign key (tenant_id, provider_id) references identity_provider (tenant_id, id) on delete cascade
);
create index provider_session_of on provider_session (tenant_id, provider_id, subject);
create index provider_session_due on provider_session (renew_at) where renew_at is not null;
select protect_by_tenant('provider_session');
grant select, insert, update, delete on provider_session to holdfast_app;
-- Whose sessions are to be renewed, and nothing else.
create policy directory on provider_session for select to holdfast_dispatcher using (true);
grant select (tenant_id, renew_at) on provider_session to holdfast_dispatcher;

-- The ordered rules from groups and attributes to roles: one list for a tenant, replaced as a whole.
create table role_rules (
  tenant_id  uuid primary key references tenant,
  version    int not null check (version > 0),
  rules      jsonb not null,
  changed_by uuid not null,
  changed_at timestamptz not null
);
select protect_by_tenant('role_rules');
grant select, insert, update on role_rules to holdfast_app;
