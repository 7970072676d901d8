-- Compliance reports: what was checked of a period, section by section, and the sealed report that came of it.

create table compliance_report (
  tenant_id    uuid not null references tenant,
  id           uuid not null,
  period       text not null, -- '2026-Q3', or 'asked-<id>'
  period_from  timestamptz not null,
  period_to    timestamptz not null,
  cause        text not null check (cause in ('quarterly', 'asked')),
  state        text not null check (state in ('asked', 'making', 'sealed', 'failed', 'expired')),
  asked_by     uuid, -- null where the calendar asked
  asked_at     timestamptz not null,
  seed         bytea not null check (octet_length(seed) = 32), -- decides the sample; public with the report
  begun_at     timestamptz,
  ended_at     timestamptz,
  reason       text,
  tally        jsonb not null default '{}',
  note         text, -- the signed note
  json_sha256  bytea check (octet_length(json_sha256) = 32),
  pdf_sha256   bytea check (octet_length(pdf_sha256) = 32),
  json_key     text,
  pdf_key      text,
  -- A key-encryption key of its own: it is gone with the report. Both files have a data key below it.
  kek_id       uuid,
  json_wrapped bytea,
  pdf_wrapped  bytea,
  keep_until   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, kek_id) references key_encryption_key (tenant_id, id),
  check (period_to > period_from),
  check (state <> 'sealed' or (note is not null and json_sha256 is not null and pdf_sha256 is not null and
                               json_wrapped is not null and pdf_wrapped is not null and keep_until is not null))
);
create unique index compliance_report_quarter on compliance_report (tenant_id, period) where cause = 'quarterly';
create index compliance_report_newest on compliance_report (tenant_id, asked_at desc, id desc);
select protect_by_tenant('compliance_report');
grant select, insert, update on compliance_report to holdfast_app;

-- One section of a report that is made or was made; the cursor is where a killed worker goes on.
create table compliance_section (
  tenant_id   uuid not null references tenant,
  report_id   uuid not null,
  name        text not null,
  state       text not null check (state in ('running', 'passed', 'findings', 'not-checked')),
  cursor      jsonb,
  begun_at    timestamptz not null,
  ended_at    timestamptz,
  counts      jsonb not null default '{}',
  statements  jsonb not null default '[]',
  not_checked jsonb not null default '[]',
  primary key (tenant_id, report_id, name),
  foreign key (tenant_id, report_id) references compliance_report (tenant_id, id)
);
select protect_by_tenant('compliance_section');
grant select, insert, update on compliance_section to holdfast_app;

-- The recordings that a report looks into whole: a random sample, and all that are held.
create table compliance_sample (
  tenant_id    uuid not null references tenant,
  report_id    uuid not null,
  recording_id uuid not null,
  held         boolean not null,
  checked_at   timestamptz,
  primary key (tenant_id, report_id, recording_id),
  foreign key (tenant_id, report_id) references compliance_report (tenant_id, id)
);
create index compliance_sample_open on compliance_sample (tenant_id, report_id, recording_id) where checked_at is null;
select protect_by_tenant('compliance_sample');
grant select, insert, update, delete on compliance_sample to holdfast_app;

-- The findings that stood when a report was sealed, so that the next one says what became of them.
create table compliance_report_finding (
  tenant_id  uuid not null references tenant,
  report_id  uuid not null,
  finding_id uuid not null,
  primary key (tenant_id, report_id, finding_id),
  foreign key (tenant_id, report_id) references compliance_report (tenant_id, id),
  foreign key (tenant_id, finding_id) references finding (tenant_id, id)
);
select protect_by_tenant('compliance_report_finding');
grant select, insert on compliance_report_finding to holdfast_app;
