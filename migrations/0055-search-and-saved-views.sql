-- Finding recordings among millions, and searches that people keep.

-- What few recordings are is found without walking through all that are not.
create index recording_partial on recording (tenant_id, started_at desc, id desc) where partial;
create index recording_unsettled on recording (tenant_id, state, started_at desc, id desc) where state <> 'retained';
create index recording_classified on recording (tenant_id, classification, started_at desc, id desc)
  where classification is not null;
create index recording_kept_until on recording (tenant_id, retain_until) where retain_until is not null;
create index party_folded on party using gin (folded gin_trgm_ops);

-- Row-level security looks at a row before any condition of ours that is not known to keep a secret, and `like` is not: under
-- the application's role the trigram indexes would never serve. These two look as the owner, for the tenant of the
-- transaction and nobody else, and answer ids alone; whoever reads recordings by them is under row-level security again.
-- More than `most` is not told: such words are everywhere, and a walk through the newest recordings finds them sooner.
create function found_by_words(words text[], most int) returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query execute
    'select d.recording_id from search_document d where d.tenant_id = current_tenant() and not d.removed'
    || (select coalesce(string_agg(format(' and d.words like %L', word), ''), '') from unnest(words) word)
    || format(' limit %s', most);
end
$$;

create function found_by_party(words text[], most int) returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query execute
    'select distinct p.recording_id from party p where p.tenant_id = current_tenant()'
    || (select coalesce(string_agg(format(' and p.folded like %L', word), ''), '') from unnest(words) word)
    || format(' limit %s', most);
end
$$;
revoke execute on function found_by_words(text[], int), found_by_party(text[], int) from public;
grant execute on function found_by_words(text[], int), found_by_party(text[], int) to holdfast_app;

-- A search that somebody keeps: what stands in the address of a list, and no right to anything.
create table saved_view (
  tenant_id  uuid not null references tenant,
  id         uuid not null,
  owner_id   uuid not null,
  list       text not null check (list in ('recordings')),
  name       text not null check (length(name) between 1 and 80),
  search     jsonb not null,
  shared     boolean not null default false, -- with everybody of the tenant
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index saved_view_name on saved_view (tenant_id, owner_id, list, lower(name));
create index saved_view_shared on saved_view (tenant_id, list) where shared;
select protect_by_tenant('saved_view');
grant select, insert, delete, update (name, search, shared, changed_at) on saved_view to holdfast_app;

-- The view with which a list opens for somebody; their own, or one that is shared.
create table default_view (
  tenant_id uuid not null references tenant,
  user_id   uuid not null,
  list      text not null check (list in ('recordings')),
  view_id   uuid not null,
  primary key (tenant_id, user_id, list),
  foreign key (tenant_id, view_id) references saved_view (tenant_id, id) on delete cascade
);
create index default_view_of on default_view (tenant_id, view_id);
select protect_by_tenant('default_view');
grant select, insert, update (view_id), delete on default_view to holdfast_app;
