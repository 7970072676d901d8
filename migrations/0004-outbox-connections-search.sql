-- The outbox, configured connections with their receipts, and the built-in search.

create table outbox (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  topic        text not null,
  payload      jsonb not null,
  trace        jsonb not null default '{}',
  created_at   timestamptz not null default now(),
  available_at timestamptz not null default now(),
  attempts     int not null default 0,
  last_error   text,
  primary key (tenant_id, id)
);
create index outbox_available on outbox (available_at, id);
select protect_by_tenant('outbox');
create policy dispatch on outbox to holdfast_dispatcher using (true);
grant select, insert on outbox to holdfast_app;
grant select, update, delete on outbox to holdfast_dispatcher;

create function announce_outbox() returns trigger
  language plpgsql as $$
begin
  perform pg_notify('outbox', '');
  return null;
end
$$;
create trigger announce after insert on outbox for each statement execute function announce_outbox();

create table connection (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  connector  text not null,
  name       text not null,
  config     jsonb not null,
  credential bytea,
  enabled    boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
select protect_by_tenant('connection');
grant select, insert, update on connection to holdfast_app;

create table receipt (
  tenant_id      uuid not null references tenant,
  id             uuid not null,
  connection_id  uuid not null,
  operation      text not null,
  recording_id   uuid not null,
  outcome        text not null check (outcome in ('done', 'rejected', 'unknown')),
  remote_id      text,
  remote_version text,
  detail         text,
  at             timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index receipt_of_recording on receipt (tenant_id, recording_id, at);
select protect_by_tenant('receipt');
grant select, insert on receipt to holdfast_app;

-- The built-in search. `words` is folded (lower case, no accents), so that a trigram
-- index answers every "contains" over names, numbers and ids. A removed document stays as an empty row
-- that remembers its revision, so that an older, late delivery does not bring it back.
create table search_document (
  tenant_id    uuid not null references tenant,
  recording_id uuid not null,
  revision     bigint not null,
  held         boolean not null,
  removed      boolean not null default false,
  document     jsonb not null,
  words        text not null,
  primary key (tenant_id, recording_id)
);
create index search_document_words on search_document using gin (words gin_trgm_ops);
select protect_by_tenant('search_document');
grant select, insert, update on search_document to holdfast_app;
