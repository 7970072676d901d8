-- Alerts that mean loss open incidents. `settled_at` is null while somebody has still to look at an alert: to judge it, and to name
-- its recording in the incident once that was sealed. What is there already is not judged again.
alter table recorder_alert
  add column incident_id uuid,
  add column settled_at timestamptz default now();
alter table recorder_alert alter column settled_at drop default;
create index recorder_alert_unsettled on recorder_alert (tenant_id, raised_at) where settled_at is null;
create index recorder_alert_of_incident on recorder_alert (tenant_id, incident_id) where incident_id is not null;

-- What a recorder lacks, as it says itself; null while it can take calls.
alter table recorder_node add column lacks text check (lacks in ('disk', 'keys'));
-- Losses that concern the recorder as a whole, of which incidents were told. One that has long been gone is not news.
alter table recorder_node add column losses text[] not null default '{}';
update recorder_node set losses = '{silent}' where state <> 'down' and heartbeat_at < now() - interval '1 hour';
