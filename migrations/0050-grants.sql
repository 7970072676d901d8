-- Grants: rights to use recordings that are given for a purpose and end at their time, and the same taken in an emergency.
-- What each allows is in its policy (recorder-core/authorization/grant-policy.ts); what it reaches is decided here.

create table access_grant (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  kind          text not null check (kind in ('request', 'break-glass')),
  user_id       uuid, -- to whom; null where it is to a group
  group_name    text check (length(group_name) between 1 and 200),
  acts          text[] not null check (cardinality(acts) > 0),
  purpose       text not null check (purpose ~ '^[a-z0-9][a-z0-9/-]{0,59}$'),
  scope         text not null check (scope in ('recordings', 'query', 'matter', 'export', 'all')),
  recording_ids uuid[] check (cardinality(recording_ids) between 1 and 200),
  query         jsonb, -- a row of hold_query without its keys
  matter_id     uuid,
  export_id     uuid,
  from_at       timestamptz not null,
  until_at      timestamptz not null,
  reason        text not null,
  ticket        text, -- of the emergency
  incident_id   uuid, -- by which it was told at once
  state         text not null
                check (state in ('requested', 'granted', 'refused', 'withdrawn', 'lapsed', 'revoked', 'ended')),
  requested_by  uuid not null,
  requested_at  timestamptz not null,
  decided_by    uuid,
  decided_at    timestamptz,
  ended_by      uuid, -- null where time or the product did
  ended_at      timestamptz, -- before its time, or when its end was noted
  end_reason    text,
  warned_at     timestamptz, -- when it was told that it ends soon
  uses          int not null default 0, -- accesses that it allowed
  used_at       timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  foreign key (tenant_id, requested_by) references app_user (tenant_id, id),
  foreign key (tenant_id, decided_by) references app_user (tenant_id, id),
  foreign key (tenant_id, ended_by) references app_user (tenant_id, id),
  foreign key (tenant_id, matter_id) references matter (tenant_id, id),
  foreign key (tenant_id, export_id) references export (tenant_id, id),
  foreign key (tenant_id, incident_id) references incident (tenant_id, id),
  check (num_nonnulls(user_id, group_name) = 1),
  check (until_at > from_at),
  check ((recording_ids is not null) = (scope = 'recordings')),
  check ((query is not null) = (scope = 'query')),
  check ((matter_id is not null) = (scope = 'matter')),
  check ((export_id is not null) = (scope = 'export')),
  check ((scope = 'all') = (kind = 'break-glass')),
  -- Nobody agrees to what they asked for, or to what is for them; nobody breaks the glass for another, or for more than an hour.
  check (decided_by is null or (decided_by <> requested_by and decided_by is distinct from user_id)),
  check (kind = 'request' or (requested_by = user_id and ticket is not null and incident_id is not null
                              and until_at <= from_at + interval '1 hour')),
  check (kind = 'break-glass' or state in ('requested', 'lapsed', 'withdrawn', 'revoked') or decided_by is not null),
  check ((state in ('requested', 'granted')) = (ended_at is null))
);
create index access_grant_of on access_grant (tenant_id, user_id, until_at) where state = 'granted';
create index access_grant_of_group on access_grant (tenant_id, group_name, until_at) where state = 'granted' and group_name is not null;
create index access_grant_due on access_grant (tenant_id, until_at) where state = 'granted';
create index access_grant_newest on access_grant (tenant_id, requested_at desc, id desc);
-- One emergency at a time; whoever begins another ends the one whose time is over first.
create unique index access_grant_emergency on access_grant (tenant_id, user_id) where kind = 'break-glass' and state = 'granted';
select protect_by_tenant('access_grant');
-- What was agreed to stays as it is: only its state moves.
grant select, insert,
      update (state, decided_by, decided_at, ended_by, ended_at, end_reason, warned_at, uses, used_at) on access_grant to holdfast_app;

-- Whoever has something open is told of a grant that is given or ends before its time.
create function tell_grant_moved() returns trigger
  language plpgsql as $$
begin
  perform pg_notify('holdfast_access', new.tenant_id::text);
  return null;
end
$$;
create trigger tell_moved after insert or update of state on access_grant for each row execute function tell_grant_moved();

-- Whether a grant, as it was given, reaches a recording: a row, or none. A planner takes the body for the call.
create function grant_reaches(g access_grant, r recording) returns setof boolean
  language sql stable rows 1 as $$
  select true
   where g.tenant_id = r.tenant_id
     and case g.scope
           when 'all' then true
           when 'recordings' then r.id = any (g.recording_ids)
           when 'query' then exists (select from query_reaches(jsonb_populate_record(null::hold_query, g.query), r))
           when 'matter' then exists (
             select from holds_on(r, false) x join hold h on h.tenant_id = r.tenant_id and h.id = x.hold_id
              where h.matter_id = g.matter_id and x.released_at is null)
           when 'export' then exists (
             select from export_item i
              where i.tenant_id = g.tenant_id and i.export_id = g.export_id and i.recording_id = r.id)
           else false end
$$;

-- The sweep asks whose grants are due, and sees nothing else of them.
create policy directory on access_grant for select to holdfast_dispatcher using (true);
grant select (tenant_id, state, until_at, warned_at) on access_grant to holdfast_dispatcher;

-- Who must not decide about an approval besides whoever asked: whom it is for, by id or by their group.
alter table approval
  add not_by uuid,
  add not_by_group text,
  add check (not_by is null or (decided_by is distinct from not_by and on_behalf_of is distinct from not_by));

-- The grant that let somebody ask for an export: its links end with it.
alter table export add grant_id uuid, add foreign key (tenant_id, grant_id) references access_grant (tenant_id, id);
