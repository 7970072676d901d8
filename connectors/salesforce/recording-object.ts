/** The custom object for recordings as the package makes it, and what the connector puts into it. */
import type { MappingRow } from '../kit/fields.ts';
import type { Planned } from '../kit/outcome.ts';
import type { RecordingDocument } from '../kit/record.ts';

/** A value as both JSON and CSV can carry it; absent leaves a field as it is, null empties it. */
export type FieldRow = Record<string, string | number | boolean | null>;

/** The external id, on recordings and on activities. */
export const EXTERNAL_ID = 'Holdfast_Id__c';

/** Fields that the connector writes whatever the mapping says, in the order of the README. */
export const OWN_FIELDS = [
  EXTERNAL_ID,
  'Revision__c',
  'Key__c',
  'Held__c',
  'Withdrawn__c',
  'Link__c',
  'Relation__c',
] as const;

/** Where a recording is related to; written only when the one match was found, so that what people enter stays. */
export const LOOKUPS = {
  contact: 'Contact__c',
  lead: 'Lead__c',
  account: 'Account__c',
  case: 'Case__c',
} as const;
export type Relative = keyof typeof LOOKUPS;

/** A formula that is there when, and only when, the guard of the package is. */
export const PACKAGE_VERSION_FIELD = 'Package_Version__c';

const row = (target: string, expr: string, type: MappingRow['type']): MappingRow => ({
  target,
  expr,
  type,
  onNull: 'clear',
  onError: 'reject',
  redact: false,
});

/** What a new connection fills besides; all fields are in the package. */
export const DEFAULT_MAPPING: readonly MappingRow[] = [
  row('Started__c', 'record.startedAt', 'instant'),
  row('Ended__c', 'record.endedAt', 'instant'),
  row('Duration__c', 'int(record.durationMs) / 1000', 'integer'),
  row('State__c', 'record.state', 'text'),
  row('Retain_Until__c', 'record.retainUntil', 'instant'),
  row('Consent__c', 'record.consentOutcome', 'text'),
  row('Region__c', 'record.region', 'text'),
  row('Call_Id__c', 'record.callId', 'text'),
];

const MAX_LINK = 255;

/** The row of one recording: what the mapping made, then what the connector owns. */
export function recordingRow({ record, key, basis }: Planned<RecordingDocument>): FieldRow {
  const { id, revision, held, link } = record;
  const related = Object.entries(LOOKUPS).flatMap(([relative, field]) => {
    const found = basis?.[relative];
    return typeof found === 'string' ? [[field, found]] : [];
  });
  return {
    ...record.fields,
    ...Object.fromEntries(related),
    [EXTERNAL_ID]: id,
    Revision__c: revision,
    Key__c: key,
    Held__c: held,
    Withdrawn__c: false,
    Link__c: link !== null && link.length <= MAX_LINK ? link : null,
    Relation__c: typeof basis?.['relation'] === 'string' ? basis['relation'] : null,
  };
}
