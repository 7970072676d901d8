/** The rows that the mapping of a new connection begins with. */
import type { MappingRow } from '../../kit/fields.ts';

const row = (target: string, expr: string): MappingRow => ({
  target,
  expr,
  type: 'text',
  onNull: 'skip',
  onError: 'skip',
  redact: false,
});

// ServiceNow makes the priority of both: 1 is high, 3 is low.
const BY_SEVERITY =
  'record.severity == "critical" || record.severity == "high" ? "1" : record.severity == "medium" ? "2" : "3"';

/** Of tickets: impact and urgency by severity, so that the instance's own rules make the priority. */
export const TICKET_MAPPING: readonly MappingRow[] = [
  row('short_description', 'record.title'),
  row('impact', BY_SEVERITY),
  row('urgency', BY_SEVERITY),
];

/** Of recordings: nothing that names a person. */
export const RECORDING_MAPPING: readonly MappingRow[] = [
  row('title', 'record.callId'),
  row('region', 'record.region'),
];
