-- Mail to people: what is to be told to whom, and what came of it. A row names what it is about and nothing of its text:
-- address and words are read when it is sent, so that nothing personal is kept twice and what is settled meanwhile is not told.

create table mail_setting (
  tenant_id   uuid primary key references tenant,
  allowed     boolean not null,
  sender      text not null check (sender <> ''), -- address
  sender_name text not null check (sender_name <> ''),
  language    text not null check (language in ('en', 'de')),
  changed_by  uuid not null,
  changed_at  timestamptz not null
);
select protect_by_tenant('mail_setting');
grant select, insert, update on mail_setting to holdfast_app;

create table mail (
  tenant_id    uuid not null references tenant,
  id           uuid not null, -- the Message-ID is made of it, for every attempt the same
  key          text not null, -- says what is told to whom: the same is told once
  kind         text not null check (kind in ('custodian-notice', 'approval-waiting', 'request-clock', 'incident-clock', 'grant-ending', 'sign-in-link', 'test')),
  subject_id   uuid not null, -- what it is about
  step         text not null, -- of the telling: sent, reminded, escalated
  user_id      uuid, -- to whom; null: the custodian of the notice, or the superior
  state        text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'spared')),
  attempts     int not null default 0 check (attempts >= 0),
  queued_at    timestamptz not null,
  due_at       timestamptz, -- while it waits; while it is being sent, when another worker may take it over
  attempted_at timestamptz,
  settled_at   timestamptz,
  code         int, -- last reply of the mail server
  answer       text, -- its words, or why nothing was sent, without addresses
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  check ((state = 'waiting') = (due_at is not null)),
  check ((state = 'waiting') = (settled_at is null))
);
create unique index mail_key on mail (tenant_id, key);
create index mail_due on mail (due_at) where state = 'waiting';
create index mail_attempted on mail (attempted_at);
create index mail_settled on mail (tenant_id, settled_at);
select protect_by_tenant('mail');
grant select, insert, update, delete on mail to holdfast_app;
-- The sender asks which tenants have something to be sent, and how much was sent in the last minute.
create policy directory on mail for select to holdfast_dispatcher using (true);
grant select (tenant_id, state, due_at, attempted_at) on mail to holdfast_dispatcher;

alter table custodian_notice add column by_mail boolean not null default false;
alter table custodian_notice add constraint custodian_notice_way check (not by_mail or connection_id is null);
