-- Webhooks out: who is told what happens here, what each is still owed, and what came of every attempt. An event is a
-- leaf of the ledger and is stored nowhere else: a message names its index, and its body is made of the leaf.

create table webhook_endpoint (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  name          text not null check (name <> ''),
  description   text not null,
  url           text not null,
  types         text[] not null check (cardinality(types) > 0), -- of events: exact, hold.* or *
  signing       text not null check (signing in ('ed25519', 'hmac')),
  credential    bytea not null, -- envelope: the keys that sign, each with its end
  public_keys   jsonb not null, -- [{"key", "until"}], shown; empty with hmac
  state         text not null default 'enabled' check (state in ('enabled', 'disabled', 'removed')),
  state_reason  text check (state_reason in ('person', 'gone', 'failing')),
  state_since   timestamptz not null,
  next_index    bigint not null check (next_index >= 0), -- of the log: leaves before it were looked at
  failures      int not null default 0 check (failures >= 0), -- in a row
  failing_since timestamptz, -- first of them
  paused_until  timestamptz, -- nothing is sent before
  last_success  timestamptz,
  created_at    timestamptz not null,
  primary key (tenant_id, id),
  check ((state = 'enabled') = (state_reason is null)),
  check ((failures = 0) = (failing_since is null))
);
create unique index webhook_endpoint_name on webhook_endpoint (tenant_id, lower(name)) where state <> 'removed';
select protect_by_tenant('webhook_endpoint');
grant select, insert, update on webhook_endpoint to holdfast_app;

-- One event owed to one endpoint.
create table webhook_message (
  tenant_id   uuid not null references tenant,
  endpoint_id uuid not null,
  leaf_index  bigint not null, -- the event
  type        text not null,
  event_at    timestamptz not null,
  state       text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts    int not null default 0 check (attempts >= 0), -- since it was last put into the queue
  due_at      timestamptz, -- while it waits
  settled_at  timestamptz,
  primary key (tenant_id, endpoint_id, leaf_index),
  foreign key (tenant_id, endpoint_id) references webhook_endpoint (tenant_id, id),
  check ((state = 'waiting') = (due_at is not null)),
  check ((state = 'waiting') = (settled_at is null))
)
-- The queue is looked for among what is done; that is cleared away early.
with (autovacuum_vacuum_scale_factor = 0.02);
create index webhook_message_due on webhook_message (tenant_id, endpoint_id, due_at, leaf_index) where state = 'waiting';
create index webhook_message_settled on webhook_message (tenant_id, settled_at) where state <> 'waiting';
select protect_by_tenant('webhook_message');
grant select, insert, update, delete on webhook_message to holdfast_app;

create table webhook_attempt (
  tenant_id   uuid not null references tenant,
  endpoint_id uuid not null,
  leaf_index  bigint not null,
  at          timestamptz not null,
  duration_ms int not null check (duration_ms >= 0),
  outcome     text not null check (outcome in ('taken', 'refused', 'redirected', 'gone', 'slow', 'unreachable', 'forbidden')),
  status      int, -- of the answer; null without one
  answer      text, -- beginning of a refusal, without what looks personal or secret
  primary key (tenant_id, endpoint_id, leaf_index, at),
  foreign key (tenant_id, endpoint_id, leaf_index) references webhook_message (tenant_id, endpoint_id, leaf_index) on delete cascade
);
select protect_by_tenant('webhook_attempt');
grant select, insert, delete on webhook_attempt to holdfast_app;

-- The herald asks which endpoints have something to be told or to be sent, and sees nothing else of them.
create policy directory on webhook_endpoint for select to holdfast_dispatcher using (true);
grant select (tenant_id, id, state, next_index, paused_until) on webhook_endpoint to holdfast_dispatcher;
create policy directory on webhook_message for select to holdfast_dispatcher using (true);
grant select (tenant_id, endpoint_id, state, due_at) on webhook_message to holdfast_dispatcher;
create policy directory on ledger_head for select to holdfast_dispatcher using (true);
grant select (tenant_id, size) on ledger_head to holdfast_dispatcher;
