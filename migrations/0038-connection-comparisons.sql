-- What a connected system holds, held against what it is to hold.

create table connection_comparison (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  connection_id uuid not null,
  state         text not null check (state in ('running', 'done', 'failed')),
  repairs       boolean not null, -- whether what differs is queued to be put right
  asked_by      uuid, -- null where an operator without an account did
  asked_at      timestamptz not null,
  ended_at      timestamptz,
  counts        jsonb, -- by kind of finding
  examples      jsonb, -- a few ids of each kind that is a difference
  error         text,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references connection (tenant_id, id),
  check ((state = 'running') = (ended_at is null)),
  check ((state = 'done') = (counts is not null)),
  check ((state = 'failed') = (error is not null))
);
-- Two at once would read the remote system twice for the same answer.
create unique index connection_comparison_open on connection_comparison (tenant_id, connection_id)
  where state = 'running';
create index connection_comparison_newest on connection_comparison (tenant_id, connection_id, asked_at desc, id desc);
select protect_by_tenant('connection_comparison');
grant select, insert, update on connection_comparison to holdfast_app;
