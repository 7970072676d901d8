-- Spans of time that are cut out of recordings, card data above all: what was asked, who agreed, what became of it.

create table recording_cut (
  tenant_id    uuid not null references tenant,
  id           uuid not null, -- of its approval too
  recording_id uuid not null,
  labels       text[] not null check (cardinality(labels) > 0), -- of the lines
  from_ms      bigint not null check (from_ms >= 0), -- from the recording's start
  to_ms        bigint not null check (to_ms > from_ms),
  ground       text not null check (ground in ('card-data', 'beyond-purpose')),
  reason       text not null, -- in the words of whoever asked; empty once the recording is disposed of
  asked_by     uuid not null,
  asked_at     timestamptz not null,
  state        text not null default 'asked'
    check (state in ('asked', 'approved', 'waiting', 'derived', 'cut', 'nothing', 'refused', 'void')),
  -- Why it waits: the decision on the recording that keeps the span.
  decision     jsonb,
  -- The order by which the parts that still have the span are destroyed; another one after one that a hold has spared.
  disposal_id  uuid,
  derived_at   timestamptz,
  ended_at     timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index recording_cut_of_recording on recording_cut (tenant_id, recording_id);
create index recording_cut_of_disposal on recording_cut (tenant_id, disposal_id) where disposal_id is not null;
select protect_by_tenant('recording_cut');
grant select, insert, update on recording_cut to holdfast_app;
select tell_changes('recording_cut', 'recordings');

-- A part that was made from another without a span: which one, and by which cut. It is heard once that one is destroyed.
alter table part add column replaces uuid;
alter table part add column cut_id uuid;
create trigger keep_held_cut before update on part for each row
  when ((old.replaces, old.cut_id) is distinct from (new.replaces, new.cut_id))
  execute function refuse_to_change_held();
