-- A recording that stays changes its dates and its reasons and nothing else. They stand in a narrow row beside it, so that a sweep
-- over millions writes no wide row and no entry into the indexes of a list; and the words, which millions share, stand once.
-- Taking the words of old decisions apart costs some 150 µs of processor time each: half an hour for ten million that were decided,
-- in which nothing else can use the table. What was never decided takes 10 µs.

-- What a decision says, with a gap for each instant that it names: the recording brings the instants. Never changed, never removed.
create table retention_reason (
  tenant_id uuid not null references tenant,
  id        uuid not null, -- made from the content: equal ones meet
  outcome   text not null,
  body      jsonb not null, -- {text: pieces of the JSON of the decision, gaps: which instant stands between each two of them}
  primary key (tenant_id, id)
);
select protect_by_tenant('retention_reason');
grant select, insert on retention_reason to holdfast_app;

-- One a recording, made and moved with it by triggers. Not by month, as its recording is: rows are small, and what is due is found
-- by one index instead of one a month.
create table recording_retention (
  tenant_id    uuid not null,
  recording_id uuid not null,
  retained     boolean not null, -- whether the recording is in that state
  shard        smallint not null generated always as ((get_byte(uuid_send(recording_id), 15) & 15)::smallint) stored,
  retain_until timestamptz,
  decide_at    timestamptz, -- when it is looked at next, where that is not its date
  -- When that is. A column and no expression: row-level security lets an index be used by comparisons only that tell nothing of
  -- other tenants' rows, which an expression is not known for.
  due_at       timestamptz generated always as (case when retained then coalesce(decide_at, retain_until) end) stored,
  kept_for     timestamptz, -- the latest floor of its decisions; no erasure brings it forward
  -- No foreign key: it would be looked up for each row of a sweep, and reasons are never removed.
  reason_id    uuid,
  dates        bigint[], -- milliseconds since 1970, for the gaps of the reason
  revision     bigint not null default 0 -- changes of this row; that of the recording is the sum of both
);

-- An instant as decisions write it.
create function instant_pattern() returns text language sql immutable
  return '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z';
create function cut_reason(told text) returns jsonb language sql immutable
  return (select jsonb_build_object('text', to_jsonb(pieces), 'gaps',
                                    to_jsonb(array(select generate_series(0, cardinality(pieces) - 2))))
            from regexp_split_to_array(told, instant_pattern()) as pieces);

insert into recording_retention (tenant_id, recording_id, retained, retain_until, decide_at, kept_for, reason_id, dates, revision)
select r.tenant_id, r.id, r.state = 'retained', r.retain_until, r.decide_at,
       case when r.retention ? 'keptFor' then (r.retention ->> 'keptFor')::timestamptz
            else (select max(substring(rule ->> 'detail' from '^floor until ([^ ,]+)')::timestamptz)
                    from jsonb_array_elements(r.retention -> 'rules') as rule) end,
       encode(substring(sha256(convert_to(regexp_replace(t.told, instant_pattern(), '?', 'g'), 'UTF8')) for 16), 'hex')::uuid,
       case when t.told is not null then
         array(select (extract(epoch from m[1]::timestamptz) * 1000)::bigint from regexp_matches(t.told, '(' || instant_pattern() || ')', 'g') as m)
       end,
       0
  from recording r cross join lateral (select (r.retention - 'keptFor')::text as told) as t;

insert into retention_reason (tenant_id, id, outcome, body)
select one.tenant_id, one.reason_id, r.retention ->> 'outcome', cut_reason((r.retention - 'keptFor')::text)
  from (select distinct on (tenant_id, reason_id) tenant_id, reason_id, recording_id from recording_retention
         where reason_id is not null) as one
  join recording r on r.tenant_id = one.tenant_id and r.id = one.recording_id;

drop function cut_reason(text);
drop function instant_pattern();

alter table recording_retention
  add primary key (tenant_id, recording_id),
  add foreign key (tenant_id, recording_id) references recording (tenant_id, id);
-- The sweep takes the oldest of some shards.
create index recording_retention_due on recording_retention (tenant_id, shard, due_at, recording_id) where due_at is not null;
-- The list by date of retention; what has no date yet stands after all that have one.
create index recording_retention_kept_until on recording_retention
  (tenant_id, (coalesce(retain_until, 'infinity'::timestamptz)), recording_id);
select protect_by_tenant('recording_retention');
grant select, insert, update on recording_retention to holdfast_app;

create function follow_recording() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into recording_retention (tenant_id, recording_id, retained) values (new.tenant_id, new.id, new.state = 'retained');
  else
    update recording_retention set retained = (new.state = 'retained')
     where tenant_id = new.tenant_id and recording_id = new.id and retained <> (new.state = 'retained');
  end if;
  return null;
end
$$;
create trigger retention_begins after insert on recording for each row execute function follow_recording();
create trigger retention_follows after update of state on recording for each row
  when ((old.state = 'retained') is distinct from (new.state = 'retained')) execute function follow_recording();

-- With their indexes, of what is due and of the list by date.
alter table recording drop column due_at, drop column shard, drop column decide_at, drop column retain_until, drop column retention;
