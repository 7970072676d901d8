import {
  BooleanColumn,
  DateTimeColumn,
  IntegerColumn,
  StringColumn,
  Table,
  UrlColumn,
} from '@servicenow/sdk/core';

/** A recording as Holdfast last told it. */
export const x_hldf_holdfast_recording = Table({
  name: 'x_hldf_holdfast_recording',
  label: 'Recording',
  display: 'title',
  actions: ['read'],
  allowWebServiceAccess: true,
  // The history of a row outlives it, with the values that it had: what is forgotten would still be there.
  audit: false,
  schema: {
    call_key: StringColumn({ label: 'Call key', maxLength: 80, mandatory: true }),
    // Revisions may be microseconds, which an integer column cannot hold.
    revision: StringColumn({ label: 'Revision', maxLength: 16, mandatory: true }),
    held: BooleanColumn({ label: 'Held', default: false }),
    title: StringColumn({ label: 'Title', maxLength: 160 }),
    state: StringColumn({ label: 'State', maxLength: 40 }),
    started_at: DateTimeColumn({ label: 'Started' }),
    ended_at: DateTimeColumn({ label: 'Ended' }),
    duration_seconds: IntegerColumn({ label: 'Seconds' }),
    retain_until: DateTimeColumn({ label: 'Kept until' }),
    consent: StringColumn({ label: 'Consent', maxLength: 64 }),
    region: StringColumn({ label: 'Region', maxLength: 64 }),
    call_id: StringColumn({ label: 'Call id', maxLength: 512 }),
    caller: StringColumn({ label: 'Caller', maxLength: 255 }),
    callee: StringColumn({ label: 'Callee', maxLength: 255 }),
    link: UrlColumn({ label: 'In Holdfast', maxLength: 1024 }),
  },
  index: [{ name: 'call_key', unique: true, element: 'call_key' }],
});

/** That a recording was forgotten, and with which revision; nothing else of it. */
export const x_hldf_holdfast_tombstone = Table({
  name: 'x_hldf_holdfast_tombstone',
  label: 'Forgotten recording',
  display: 'call_key',
  actions: ['read'],
  audit: false,
  schema: {
    call_key: StringColumn({ label: 'Call key', maxLength: 80, mandatory: true }),
    revision: StringColumn({ label: 'Revision', maxLength: 16, mandatory: true }),
  },
  index: [{ name: 'call_key', unique: true, element: 'call_key' }],
});
