-- Approvals: what waits for a second person, who is asked at which level, and what was decided; and delegations, by
-- which one person's right to decide is another's for a time. The history of each is in the ledger.

create table approval (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  kind         text not null,
  act          text not null, -- what the role of whoever decides must allow
  subject_type text not null,
  subject_id   text not null,
  state        text not null check (state in ('open', 'approved', 'refused', 'expired', 'withdrawn')),
  summary      text not null, -- what happens if it is approved, for whoever decides
  facts        jsonb not null default '{}', -- figures of it, by their names
  levels       jsonb not null, -- who is asked, from when on
  level        int not null default 0 check (level >= 0), -- the one that was reached
  reminders    int not null default 0 check (reminders >= 0), -- that were due and were noted
  requested_by uuid, -- null where the product itself asks
  requested_at timestamptz not null,
  due_at       timestamptz not null,
  decided_by   uuid,
  on_behalf_of uuid, -- whose right was used, where it was lent
  rule         text, -- by which whoever decided was allowed to
  ended_at     timestamptz,
  reason       text, -- of the end; may be left out of an agreement
  primary key (tenant_id, id),
  foreign key (tenant_id, decided_by) references app_user (tenant_id, id),
  foreign key (tenant_id, on_behalf_of) references app_user (tenant_id, id),
  check (decided_by is null or decided_by is distinct from requested_by),
  check (on_behalf_of is null or on_behalf_of is distinct from requested_by),
  check ((state in ('approved', 'refused')) = (decided_by is not null)),
  check ((state = 'open') = (ended_at is null))
);
create index approval_newest on approval (tenant_id, requested_at desc, id desc);
-- One open question about one thing: a second one would be a second chance.
create unique index approval_open on approval (tenant_id, kind, subject_type, subject_id) where state = 'open';
select protect_by_tenant('approval');
grant select, insert, update on approval to holdfast_app;

create table delegation (
  tenant_id uuid not null references tenant,
  id        uuid not null,
  from_user uuid not null,
  to_user   uuid not null,
  from_at   timestamptz not null,
  until_at  timestamptz not null,
  given_at  timestamptz not null,
  reason    text not null,
  ended_at  timestamptz, -- before its time
  primary key (tenant_id, id),
  foreign key (tenant_id, from_user) references app_user (tenant_id, id),
  foreign key (tenant_id, to_user) references app_user (tenant_id, id),
  check (from_user <> to_user),
  check (until_at > from_at)
);
create index delegation_to on delegation (tenant_id, to_user, until_at) where ended_at is null;
create index delegation_from on delegation (tenant_id, from_user, until_at) where ended_at is null;
select protect_by_tenant('delegation');
grant select, insert, update on delegation to holdfast_app;
