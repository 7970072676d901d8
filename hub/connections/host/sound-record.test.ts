import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recordingDocument, type RecordingDocument } from '../../../connectors/kit/record.ts';
import { isSound } from './sound-record.ts';

const record: RecordingDocument = {
  kind: 'recording',
  schemaVersion: 1,
  id: '019a0000-0000-7000-8000-000000000001',
  tenantId: '019a0000-0000-7000-8000-000000000002',
  revision: 3,
  startedAt: '2026-03-01T09:00:00.000Z',
  endedAt: '2026-03-01T09:01:00.000Z',
  durationMs: 60_000,
  parties: [{ name: 'Ada', address: 'sip:+4930100@sbc.example' }],
  state: 'retained',
  held: false,
  retainUntil: null,
  consentOutcome: 'RECORD',
  region: 'eu-central',
  link: 'https://console.example/recordings/019a0000-0000-7000-8000-000000000001',
  callId: null,
  fields: { Started__c: '2026-03-01T09:00:00.000Z', Seconds__c: 60, Held__c: false, Region__c: null },
};

const text = fc.oneof(
  fc.constantFrom(
    null,
    '',
    'Ada',
    'a\u0000b',
    '\ud800',
    'x'.repeat(513),
    'x'.repeat(2049),
    'https://a b',
    'http://h/x',
  ),
  fc.string({ unit: 'binary' }),
  fc.webUrl(),
);
const value = fc.oneof(text, fc.double(), fc.boolean(), fc.constant('x'.repeat(131_073)));

test('what is sound is what the schema takes, whatever stands in the texts', () => {
  fc.assert(
    fc.property(
      fc.record({
        durationMs: fc.oneof(fc.nat(), fc.double()),
        parties: fc.array(fc.record({ name: text, address: text }), { maxLength: 4 }),
        consentOutcome: text,
        region: text,
        callId: text,
        link: text,
        fields: fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom('A.b', '__proto__', 'x'.repeat(129))),
          value,
        ),
      }),
      fc.subarray(['durationMs', 'parties', 'consentOutcome', 'region', 'callId', 'link', 'fields'] as const),
      (drawn, changed) => {
        const other = { ...record, ...Object.fromEntries(changed.map((name) => [name, drawn[name]])) };
        const sound = isSound(other as RecordingDocument);
        if (sound) expect(recordingDocument.safeParse(other).success).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

test('a recording as the hub makes it is sound, and one that a name makes too long for the schema is not', () => {
  expect(isSound(record)).toBe(true);
  const [party] = record.parties;
  expect(isSound({ ...record, parties: [{ ...party!, name: 'x'.repeat(513) }] })).toBe(false);
});
