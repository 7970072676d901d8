-- What the workers of an installation share about a connection: its token, who may ask for the next one, how fast it is
-- used, and whether the remote system answers at all.

-- Losing a row costs one request for a token: what lasts stands in the connection's credential.
create table connection_token (
  tenant_id     uuid not null references tenant,
  connection_id uuid not null,
  -- Who asks for a token has taken the next number; what an older one brings is thrown away.
  fence         bigint not null default 0,
  claimed_until timestamptz, -- null while nobody asks
  sealed        bytea, -- the token and the mark of its credential
  state         text not null default 'none' check (state in ('none', 'good', 'refused', 'needs-consent')),
  code          text, -- the authorization server's word for a refusal
  refusals      int not null default 0, -- in a row
  retry_at      timestamptz, -- of a refusal: nobody asks again before
  obtained_at   timestamptz,
  expires_at    timestamptz, -- null where the server does not say
  refresh_at    timestamptz, -- from when on it is renewed before it is used
  changed_at    timestamptz not null,
  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
);
select protect_by_tenant('connection_token');
grant select, insert, update on connection_token to holdfast_app;

-- A person was sent to the authorization server and is expected back, in the same session.
create table connection_authorization (
  tenant_id     uuid not null references tenant,
  state_digest  bytea not null check (octet_length(state_digest) = 32),
  connection_id uuid not null,
  asked_by      uuid not null,
  session       bytea not null, -- digest of what ties the state to the person's session
  sealed        bytea not null, -- the verifier of RFC 7636
  asked_at      timestamptz not null,
  expires_at    timestamptz not null,
  primary key (tenant_id, state_digest),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  foreign key (tenant_id, asked_by) references app_user (tenant_id, id)
);
select protect_by_tenant('connection_authorization');
grant select, insert, delete on connection_authorization to holdfast_app;

-- Changed about once a second by each worker that uses the connection.
create table connection_budget (
  tenant_id       uuid not null references tenant,
  connection_id   uuid not null,
  counters        jsonb not null default '{}', -- rate, windows and who sends now; hub/connections/host/grant-budget.ts
  closed_until    timestamptz, -- the remote system asked to wait
  quota_limit     bigint, -- the remote system's own allowance, as its answers tell it
  quota_remaining bigint,
  quota_at        timestamptz,
  breaker         text not null default 'closed' check (breaker in ('closed', 'open', 'probing')),
  failures        int not null default 0, -- in a row
  failing_since   timestamptz,
  opened_at       timestamptz,
  openings        int not null default 0, -- in a row, without an answer in between
  probe_at        timestamptz, -- open: when one request may try; probing: when the trial counts as failed
  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id)
) with (fillfactor = 50); -- rows are replaced within their page
select protect_by_tenant('connection_budget');
grant select, insert, update on connection_budget to holdfast_app;
