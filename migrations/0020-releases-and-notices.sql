-- Releases of holds, which a second person has to agree to, and notices to the people who have to keep things for a matter.

-- One asking for a release: of a whole matter, or of one of its holds. Names the holds that it was asked for, so that what is
-- placed meanwhile stays.
create table hold_release (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  matter_id     uuid not null,
  hold_ids      uuid[] not null check (cardinality(hold_ids) > 0),
  whole         boolean not null, -- the matter ends with it
  reason        text not null,
  asked_by      uuid, -- null where a connection did
  asked_through uuid,
  asked_at      timestamptz not null,
  approval_id   uuid not null,
  state         text not null default 'asked'
                check (state in ('asked', 'refused', 'expired', 'withdrawn', 'grace', 'taken-back', 'done')),
  granted_at    timestamptz,
  grace_ends_at timestamptz,
  ended_at      timestamptz,
  ended_by      uuid, -- who withdrew it or took it back
  end_reason    text,
  primary key (tenant_id, id),
  foreign key (tenant_id, matter_id) references matter (tenant_id, id),
  check ((state in ('grace', 'taken-back', 'done')) = (granted_at is not null)),
  check ((state in ('asked', 'grace')) = (ended_at is null))
);
-- Two who ask at once meet here: one is open, the other is told so.
create unique index hold_release_asked on hold_release (tenant_id, matter_id) where state = 'asked';
create index hold_release_of on hold_release (tenant_id, matter_id, asked_at);
select protect_by_tenant('hold_release');
grant select, insert, update (state, granted_at, grace_ends_at, ended_at, ended_by, end_reason) on hold_release to holdfast_app;

-- A person who was told what to keep for a matter. Personal data of people who need not be users here.
create table custodian_notice (
  tenant_id       uuid not null references tenant,
  id              uuid not null,
  matter_id       uuid not null,
  name            text not null,
  address         text,
  superior        text, -- whom the matter turns to when no answer comes
  superior_address text,
  instructions    text not null,
  connection_id   uuid, -- sends it; null where the link is handed over by hand
  remind_days     int not null check (remind_days between 1 and 365),
  most_reminders  int not null check (most_reminders between 0 and 52),
  sent_by         uuid not null,
  sent_at         timestamptz not null,
  told_at         timestamptz, -- handed to the connection for the first time
  reminders       int not null default 0,
  reminded_at     timestamptz,
  escalated_at    timestamptz,
  acknowledged_at timestamptz,
  ended_at        timestamptz, -- with the matter, or taken back
  primary key (tenant_id, id),
  foreign key (tenant_id, matter_id) references matter (tenant_id, id)
);
create index custodian_notice_of on custodian_notice (tenant_id, matter_id, sent_at);
select protect_by_tenant('custodian_notice');
grant select, insert, update (told_at, reminders, reminded_at, escalated_at, acknowledged_at, ended_at) on custodian_notice to holdfast_app;

-- Links to a notice; each sending has one of its own, and all of them work.
create table custodian_link (
  tenant_id    uuid not null references tenant,
  token_digest bytea not null,
  notice_id    uuid not null,
  made_at      timestamptz not null,
  primary key (tenant_id, token_digest),
  foreign key (tenant_id, notice_id) references custodian_notice (tenant_id, id)
);
select protect_by_tenant('custodian_link');
grant select, insert on custodian_link to holdfast_app;
