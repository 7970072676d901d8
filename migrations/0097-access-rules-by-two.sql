-- What a tenant holds for unusual use of access has a number and keeps what it said before, as other configuration does; watching
-- less than before waits for a second person.
alter table access_watch add column rules_version int not null default 0 check (rules_version >= 0);
alter table access_watch add column rules_by uuid; -- null where nobody has set any, or a release before this one took it
alter table access_watch add column rules_reason text;
update access_watch set rules_version = 1 where rules is not null;

alter table configuration_change drop constraint configuration_change_kind_check;
alter table configuration_change add constraint configuration_change_kind_check
  check (kind in ('webhook', 'identity-provider', 'role-rules', 'role-mapping', 'hr-mapping', 'incident-levels',
                  'access-rules'));

create function keep_access_rules() returns trigger
  language plpgsql as $$
begin
  perform keep_configuration(new.tenant_id, 'access-rules', 'rules', 'Unusual use of access', new.rules, new.rules_by,
                             new.rules_reason);
  return null;
end
$$;
create trigger keep_configuration after update of rules on access_watch
  for each row execute function keep_access_rules();

select keep_configuration(tenant_id, 'access-rules', 'rules', 'Unusual use of access', rules, null)
  from access_watch where rules is not null;

create table access_rules_proposal (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  rules        jsonb not null,
  from_version int not null check (from_version >= 0), -- of the rules in whose place they would come
  reason       text not null,
  approval_id  uuid not null,
  requested_by uuid not null,
  requested_at timestamptz not null,
  -- outdated: other rules came into force before the answer
  state        text not null check (state in ('waiting', 'in-force', 'refused', 'outdated')),
  settled_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, requested_by) references app_user (tenant_id, id),
  check ((settled_at is null) = (state = 'waiting'))
);
create unique index access_rules_proposal_waiting on access_rules_proposal (tenant_id) where state = 'waiting';
select protect_by_tenant('access_rules_proposal');
grant select, insert, update (state, settled_at) on access_rules_proposal to holdfast_app;

-- One alert after the other, the youngest first, also of one person alone.
create index access_alert_of_person on access_alert (tenant_id, user_id, raised_at desc, id desc);
