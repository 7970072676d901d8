-- Levels that stood before they had versions were set when their row says, not when they were carried over.
update configuration_change c
   set changed_at = l.changed_at
  from incident_levels l
 where c.kind = 'incident-levels' and c.version = 1 and c.tenant_id = l.tenant_id
   and l.version = 1 and l.reason is null;
