-- Who took note of unusual use of access, when, and what they made of it.
alter table access_alert add column acknowledged_by uuid;
alter table access_alert add column acknowledged_at timestamptz;
alter table access_alert add column acknowledged_why text;
alter table access_alert add constraint access_alert_acknowledged
  check (num_nulls(acknowledged_by, acknowledged_at, acknowledged_why) in (0, 3));
grant update (acknowledged_by, acknowledged_at, acknowledged_why) on access_alert to holdfast_app;
create index access_alert_open on access_alert (tenant_id, raised_at desc, id desc) where acknowledged_at is null;

-- Whether a connected system is told which matters hold a recording: not at all, by numbers without a meaning, or by their names.
alter table connection add column matter_tags text not null default 'none' check (matter_tags in ('none', 'ids', 'names'));
