-- A claim asks for every hold by query of every recording that it looks at. Joining hold and hold_query each time went with
-- the square of their number: 100 holds made a claim a hundred times as long. The end of a hold stands with its query now,
-- so that one look over the queries in force is enough. The row of `hold` says it; the copy follows in the same statement.
alter table hold_query add released_at timestamptz, add ended_at timestamptz;
update hold_query q set released_at = h.released_at, ended_at = h.ended_at
  from hold h where h.tenant_id = q.tenant_id and h.id = q.hold_id;
create index hold_query_in_force on hold_query (tenant_id) where ended_at is null;
grant update (released_at, ended_at) on hold_query to holdfast_app;

create function copy_end_of_hold() returns trigger
  language plpgsql as $$
begin
  update hold_query set released_at = new.released_at, ended_at = new.ended_at
   where tenant_id = new.tenant_id and hold_id = new.id;
  return null;
end
$$;
create trigger copy_end after update of released_at, ended_at on hold
  for each row when (new.by_query) execute function copy_end_of_hold();

-- As in migration 0019, with one table less.
create or replace function holds_on(r recording, ended_too boolean) returns table (hold_id uuid, released_at timestamptz)
  language sql stable rows 1 as $$
  select h.id, h.released_at
    from hold_item i join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id
   where i.tenant_id = r.tenant_id and i.recording_id = r.id and (ended_too or h.ended_at is null)
  union all
  select q.hold_id, q.released_at
    from hold_query q
    cross join lateral query_reaches(q, r)
   where q.tenant_id = r.tenant_id and (ended_too or q.ended_at is null)
     and (r.state not in ('disposing', 'disposed') or not is_shredded(r))
$$;
