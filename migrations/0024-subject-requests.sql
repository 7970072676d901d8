-- Requests of people about what is kept of them: who asked what, by which identifiers they are found, what was found and
-- decided, and what became of it in every store.

create table subject_request (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  kind         text not null check (kind in ('access', 'erasure', 'rectification', 'restriction', 'portability',
                                             'objection', 'opt-out')),
  state        text not null default 'identifying'
               check (state in ('identifying', 'discovering', 'reviewing', 'approving', 'fulfilling', 'answered',
                                'refused', 'withdrawn', 'expired')),
  -- Who asks, and where the answer goes; null once the person was erased.
  person       text,
  contact      text,
  places       text[] not null default '{}', -- ISO 3166 codes of where the person may be
  source       text not null check (source in ('console', 'command-line', 'api', 'event')),
  received_at  timestamptz not null,
  opened_by    uuid, -- null where another system told it
  evidence     text,
  verified_at  timestamptz,
  verified_by  uuid,
  extended_at  timestamptz,
  extension_reason text,
  pauses       jsonb not null default '[]',
  due_at       timestamptz,
  reminders    int not null default 0,
  -- What is asked of a second person now: to fulfil, or to refuse.
  approval_id  uuid,
  approval_kind text,
  refusal      jsonb,
  duplicate_of uuid,
  export_id    uuid, -- the copy that is given
  answer       jsonb,
  ended_at     timestamptz,
  primary key (tenant_id, id)
);
create index subject_request_newest on subject_request (tenant_id, received_at desc, id desc);
select protect_by_tenant('subject_request');
grant select, insert, update on subject_request to holdfast_app;

-- A number's owner changes, so each is valid for a time. The value goes with the person; the digest stays.
create table request_identifier (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  request_id  uuid not null,
  kind        text not null check (kind in ('number', 'address', 'name')),
  value       text,
  digest      bytea,
  valid_from  timestamptz,
  valid_until timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, request_id) references subject_request (tenant_id, id)
);
create index request_identifier_of on request_identifier (tenant_id, request_id);
select protect_by_tenant('request_identifier');
grant select, insert, update on request_identifier to holdfast_app;

-- The one place where SQL says whether an identifier means a party of a recording: by the keys of its address, or its whole
-- name, and only while the identifier was the person's.
create function identifies(n request_identifier, p party, r recording) returns boolean
  language sql stable
  return (n.valid_from is null or r.ended_at >= n.valid_from)
     and (n.valid_until is null or r.started_at < n.valid_until)
     and case n.kind when 'name' then p.folded_name = fold_words(n.value) and n.value <> ''
              else p.address_keys && address_keys(n.value) end;

create table request_item (
  tenant_id        uuid not null references tenant,
  request_id       uuid not null,
  recording_id     uuid not null,
  party_ids        uuid[] not null, -- of the person in this recording
  others           boolean not null, -- somebody else spoke as well
  decision         text not null check (decision in ('give', 'withhold', 'erase', 'erase-side', 'restrict', 'keep')),
  ground           text,
  decided_by       uuid,
  part_disposal_id uuid,
  ordered_at       timestamptz,
  state            text not null default 'open' check (state in ('open', 'ordered', 'done')),
  primary key (tenant_id, request_id, recording_id),
  foreign key (tenant_id, request_id) references subject_request (tenant_id, id),
  foreign key (tenant_id, recording_id) references recording (tenant_id, id)
);
create index request_item_recording on request_item (tenant_id, recording_id);
select protect_by_tenant('request_item');
grant select, insert, update on request_item to holdfast_app;

-- What became of it in one store: one row a store and recording, replaced when it is tried again.
create table request_receipt (
  tenant_id    uuid not null references tenant,
  request_id   uuid not null,
  recording_id uuid not null, -- of the request itself where it is about no single recording
  store        text not null,
  outcome      text not null check (outcome in ('given', 'erased', 'restricted', 'retained', 'unsupported', 'failed',
                                                'pending')),
  ground       text,
  until        timestamptz,
  review_at    timestamptz,
  detail       text,
  checked      boolean not null, -- by reading back
  at           timestamptz not null,
  primary key (tenant_id, request_id, recording_id, store),
  foreign key (tenant_id, request_id) references subject_request (tenant_id, id)
);
select protect_by_tenant('request_receipt');
grant select, insert, update on request_receipt to holdfast_app;

-- Of a person who was erased nothing is left but that somebody was there.
grant update (name, address) on party to holdfast_app;
