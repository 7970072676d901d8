-- How a person proves that they are present: passkeys, authenticators that show codes, codes for the day one is lost; what was
-- asked of a browser and not answered yet; and how often somebody was wrong in a row.

create table authenticator (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  user_id       uuid not null,
  kind          text not null check (kind in ('passkey', 'totp')),
  name          text not null, -- as its person calls it
  added_at      timestamptz not null,
  used_at       timestamptz,
  -- passkey: WebAuthn level 3
  credential_id bytea,
  public_key    bytea, -- COSE
  counter       bigint, -- of signatures, as the authenticator tells; 0 where it keeps none
  transports    text[],
  aaguid        uuid, -- of the model
  backed_up     boolean,
  -- totp: RFC 6238
  sealed        bytea, -- the shared secret, encrypted
  last_step     bigint, -- of the last code that was taken: a code works once
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  check ((kind = 'passkey') = (credential_id is not null and public_key is not null and counter is not null)),
  check ((kind = 'totp') = (sealed is not null))
);
create unique index authenticator_credential on authenticator (tenant_id, credential_id) where credential_id is not null;
create index authenticator_of on authenticator (tenant_id, user_id);
select protect_by_tenant('authenticator');
grant select, insert, update, delete on authenticator to holdfast_app;

create table recovery_code (
  tenant_id uuid not null references tenant,
  user_id   uuid not null,
  digest    bytea not null check (octet_length(digest) = 32),
  made_at   timestamptz not null,
  used_at   timestamptz,
  primary key (tenant_id, user_id, digest),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
select protect_by_tenant('recovery_code');
grant select, insert, update, delete on recovery_code to holdfast_app;

-- Deleted by whoever answers it, right or wrong: a challenge is answered once.
create table presence_challenge (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  session_id uuid not null,
  purpose    text not null check (purpose in ('prove', 'add-passkey', 'add-totp')),
  challenge  bytea, -- of a passkey
  sealed     bytea, -- the secret of an authenticator that is being added
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
create index presence_challenge_of on presence_challenge (tenant_id, session_id);
select protect_by_tenant('presence_challenge');
grant select, insert, delete on presence_challenge to holdfast_app;

-- Sign-in by passkey begins before anybody is known: such a challenge is kept once it was answered, so that it is not again.
create table answered_challenge (
  tenant_id  uuid not null references tenant,
  digest     bytea not null check (octet_length(digest) = 32),
  expires_at timestamptz not null,
  primary key (tenant_id, digest)
);
select protect_by_tenant('answered_challenge');
grant select, insert, delete on answered_challenge to holdfast_app;

-- Wrong proofs of a person in a row; each makes the next wait longer.
create table presence_attempts (
  tenant_id uuid not null references tenant,
  user_id   uuid not null,
  failures  int not null check (failures >= 0),
  retry_at  timestamptz,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id)
);
select protect_by_tenant('presence_attempts');
grant select, insert, update on presence_attempts to holdfast_app;
