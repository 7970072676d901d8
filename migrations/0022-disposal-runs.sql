-- Runs of disposal: what a sweep found, whether it may go, and who agreed. Reviews: what a person looks at first.

-- When a retained recording is looked at next: on its date, or on another that the last decision named.
-- Columns and no expressions: row-level security lets an index be used by comparisons only that tell nothing of other
-- tenants' rows, which an expression is not known for. Adding them writes the table anew.
alter table recording
  add shard smallint not null generated always as ((get_byte(uuid_send(id), 15) & 15)::smallint) stored,
  add due_at timestamptz generated always as (coalesce(decide_at, retain_until)) stored;
drop index recording_to_decide;
create index recording_to_decide on recording
  (tenant_id, shard, due_at, id) where state = 'retained';

create table disposal_run (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  state       text not null check (state in ('claiming', 'waiting', 'approved', 'refused', 'done')),
  opened_at   timestamptz not null,
  as_of       timestamptz not null, -- nothing that fell due later is part of it
  due         int not null,         -- would be disposed of when it was opened; a stopped run stops counting above its limit
  due_exact   boolean not null,
  classes     jsonb not null,       -- [{retentionClass, due, today, history}] as the volume was judged
  rules       jsonb not null,       -- [{rule, recordings}]
  sample      jsonb not null,       -- recordings drawn at random, each decided a second time by the independent evaluator
  rule        text not null,        -- why it may go on, or not
  reason      text,                 -- why it waits or was refused
  approval_id uuid,
  resume_at   timestamptz,          -- a refused run is asked about anew then
  claimed     int not null default 0,
  kept        int not null default 0,
  ended_at    timestamptz,
  primary key (tenant_id, id)
);
create unique index disposal_run_open on disposal_run (tenant_id) where ended_at is null;
create index disposal_run_newest on disposal_run (tenant_id, opened_at desc, id desc);
select protect_by_tenant('disposal_run');
grant select, insert, update on disposal_run to holdfast_app;

-- How many recordings of a class were claimed on a day (UTC): what is usual is judged by it.
create table disposal_tally (
  tenant_id       uuid not null references tenant,
  day             date not null,
  retention_class text not null,
  claimed         int not null,
  primary key (tenant_id, day, retention_class)
);
select protect_by_tenant('disposal_tally');
grant select, insert, update on disposal_tally to holdfast_app;

alter table recording add disposal_run uuid;

-- A page of recordings whose rules ask that a person look before they go.
create table disposal_review (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  approval_id uuid not null,
  asked_at    timestamptz not null,
  outcome     text check (outcome in ('approved', 'refused', 'expired', 'withdrawn')),
  ended_at    timestamptz,
  reason      text,
  primary key (tenant_id, id)
);
select protect_by_tenant('disposal_review');
grant select, insert, update on disposal_review to holdfast_app;

create table disposal_review_item (
  tenant_id    uuid not null references tenant,
  review_id    uuid not null,
  recording_id uuid not null,
  primary key (tenant_id, review_id, recording_id),
  foreign key (tenant_id, review_id) references disposal_review (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index disposal_review_item_recording on disposal_review_item (tenant_id, recording_id);
select protect_by_tenant('disposal_review_item');
grant select, insert on disposal_review_item to holdfast_app;
