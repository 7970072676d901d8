-- What other systems told us, signed by them: verified, kept, acknowledged, then processed once.

create table inbound_event (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  connection_id uuid not null,
  webhook_id    text not null, -- the sender's id of the message; the same again is a duplicate
  type          text not null,
  topic         text not null, -- the first word of the type: what the sequence counts within
  object_digest bytea not null check (octet_length(object_digest) = 32), -- which thing of the sender it is about
  sequence      bigint check (sequence >= 0), -- the sender's own count, where it has one
  occurred_at   timestamptz not null, -- as the sender says
  received_at   timestamptz not null,
  body_sha256   bytea not null check (octet_length(body_sha256) = 32),
  body          bytea, -- exact bytes; may name people, so it goes when the event is done
  state         text not null default 'received' check (state in ('received', 'done', 'refused', 'failed')),
  attempts      int not null default 0,
  settled_at    timestamptz,
  reason        text, -- safe to show
  primary key (tenant_id, id),
  unique (tenant_id, connection_id, webhook_id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  check ((state = 'received') = (settled_at is null)),
  check (state <> 'done' or body is null),
  check (state not in ('refused', 'failed') or reason is not null)
);
create index inbound_event_newest on inbound_event (tenant_id, received_at desc, id desc);
create index inbound_event_about on inbound_event (tenant_id, connection_id, topic, object_digest) where state = 'done';
select protect_by_tenant('inbound_event');
grant select, insert, update on inbound_event to holdfast_app;
