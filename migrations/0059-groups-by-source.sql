-- In which groups somebody is, by who says so: the directory that pushes people, or an identity provider at sign-in. Each changes
-- only what it said itself; what counts is all of it together.

create table person_groups (
  tenant_id   uuid not null references tenant,
  user_id     uuid not null,
  provider_id uuid, -- null: the directory, by SCIM
  groups      text[] not null,
  noted_at    timestamptz not null,
  unique nulls not distinct (tenant_id, user_id, provider_id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  foreign key (tenant_id, provider_id) references identity_provider (tenant_id, id) on delete cascade
);
select protect_by_tenant('person_groups');
grant select, insert, update, delete on person_groups to holdfast_app;

-- `app_user.groups` is what every decision reads: the groups of all sources together, in their order without regard to case.
create function gather_groups() returns trigger
  language plpgsql as $$
declare
  changed person_groups := coalesce(new, old);
begin
  update app_user u
     set groups = coalesce((select array_agg(said.name order by lower(said.name), said.name)
                              from (select distinct unnest(s.groups) as name from person_groups s
                                     where s.tenant_id = u.tenant_id and s.user_id = u.id) said), '{}')
   where u.tenant_id = changed.tenant_id and u.id = changed.user_id;
  return null;
end
$$;

-- What is there was written by whoever came last. The directory's part is known; all of it stays with the provider that somebody
-- came by last, until they sign in again: nobody loses a group, and with it perhaps a wall, by this change.
insert into person_groups (tenant_id, user_id, provider_id, groups, noted_at)
select s.tenant_id, s.user_id, null, array_agg(g.display_name order by lower(g.display_name)), now()
  from scim_user s
  join scim_group_member m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
  join scim_group g on g.tenant_id = m.tenant_id and g.id = m.group_id
 group by s.tenant_id, s.user_id;
insert into person_groups (tenant_id, user_id, provider_id, groups, noted_at)
select distinct on (u.tenant_id, u.id) u.tenant_id, u.id, s.provider_id, u.groups, now()
  from app_user u
  join provider_subject s on s.tenant_id = u.tenant_id and s.user_id = u.id
 where u.groups <> '{}'
 order by u.tenant_id, u.id, s.last_at desc;

create trigger gather_groups after insert or update or delete on person_groups for each row execute function gather_groups();
