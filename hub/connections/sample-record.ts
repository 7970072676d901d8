import type { OutboundRecord, RecordKind } from '../../connectors/kit/record.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';

const ID = '00000000-0000-7000-8000-000000000000';

/**
 * An invented record of a kind, with everything in it that a mapping may ask for; its people and numbers are nobody's (RFC
 * 2606, and numbers kept for fiction). @throws HoldfastError `conflict` for a kind that no mapping is applied to.
 */
export function sampleRecord(kind: RecordKind, tenantId: string): OutboundRecord {
  if (kind === 'recording')
    return {
      kind,
      schemaVersion: 1,
      id: ID,
      tenantId,
      revision: 3,
      startedAt: '2026-03-02T09:15:00.000Z',
      endedAt: '2026-03-02T09:21:30.500Z',
      durationMs: 390_500,
      parties: [
        { name: 'Erika Mustermann', address: 'tel:+442079460123' },
        { name: 'Service desk', address: 'sip:desk@example.com' },
      ],
      state: 'retained',
      held: false,
      retainUntil: '2033-03-02T09:21:30.500Z',
      consentOutcome: 'record',
      region: 'eu',
      link: `https://holdfast.example/recordings/${ID}`,
      callId: 'sample@example.com',
    };
  if (kind === 'ticket')
    return {
      kind,
      schemaVersion: 1,
      id: ID,
      tenantId,
      revision: 2,
      state: 'open',
      severity: 'high',
      incidentKind: 'breach',
      title: 'A call was played to the wrong person',
      detectedAt: '2026-03-02T10:00:00.000Z',
      openedAt: '2026-03-02T10:05:00.000Z',
      occurrences: 1,
      escalation: 0,
      clocks: [{ title: 'Tell the authority', dueAt: '2026-03-05T10:00:00.000Z', state: 'running' }],
      missing: ['It is not resolved.'],
      link: `https://holdfast.example/incidents/${ID}`,
    };
  throw new HoldfastError('conflict', `No mapping is applied to a ${kind}.`);
}
