-- Accounts of machines with what they prove themselves by, and people who sign in with a password kept here.

-- A service account is an app_user of kind `service`, so that whatever names who acted names it alike.
create table service_account (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  purpose    text not null check (purpose <> ''),
  owner_id   uuid, -- the person who looks after it; null: nobody any more
  created_by uuid not null,
  created_at timestamptz not null,
  ended_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references app_user (tenant_id, id),
  foreign key (tenant_id, owner_id) references app_user (tenant_id, id)
);
select protect_by_tenant('service_account');
grant select, insert, update on service_account to holdfast_app;

-- A token is a secret of which the digest is kept; a certificate is known by its SHA-256 fingerprint.
create table service_credential (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  account_id   uuid not null,
  kind         text not null check (kind in ('token', 'certificate')),
  name         text not null check (name <> ''),
  digest       bytea not null check (length(digest) = 32),
  scope        text[] not null check (cardinality(scope) > 0),
  created_by   uuid not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null check (expires_at <= created_at + interval '366 days'),
  last_used_at timestamptz, -- to the minute
  revoked_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references service_account (tenant_id, id)
);
create index service_credential_of on service_credential (tenant_id, account_id);
create unique index service_credential_token on service_credential (tenant_id, digest) where kind = 'token';
-- A certificate names no tenant, so it can stand for one account of the installation only, as long as it counts.
create unique index service_credential_certificate on service_credential (digest) where kind = 'certificate' and revoked_at is null;
select protect_by_tenant('service_credential');
-- Whoever has shown a certificate on the connection may find that one row before the tenant is known.
create policy shown_certificate on service_credential for select to holdfast_app
  using (kind = 'certificate' and digest = decode(nullif(current_setting('holdfast.certificate', true), ''), 'hex'));
grant select, insert, update on service_credential to holdfast_app;

create table local_account (
  tenant_id       uuid not null references tenant,
  user_id         uuid not null,
  password        text, -- $scrypt$ln=,r=,p=$salt$hash; null: none yet
  password_set_at timestamptz,
  break_glass     boolean not null default false, -- may sign in although local sign-in is switched off
  created_at      timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
select protect_by_tenant('local_account');
grant select, insert, update on local_account to holdfast_app;

create table local_sign_in (
  tenant_id  uuid primary key references tenant,
  allowed    boolean not null,
  changed_by uuid not null,
  changed_at timestamptz not null
);
select protect_by_tenant('local_sign_in');
grant select, insert, update on local_sign_in to holdfast_app;

-- Failed attempts by account and by address, of accounts that do not exist as well. Nothing says whose digest it is.
create table sign_in_delay (
  tenant_id uuid not null references tenant,
  subject   bytea not null check (length(subject) = 32),
  failures  int not null check (failures > 0),
  failed_at timestamptz not null,
  until_at  timestamptz not null,
  primary key (tenant_id, subject)
);
create index sign_in_delay_old on sign_in_delay (tenant_id, failed_at);
select protect_by_tenant('sign_in_delay');
grant select, insert, update, delete on sign_in_delay to holdfast_app;
