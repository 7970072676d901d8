import { expect, test } from '@jest/globals';
import type { ConsentEvidence } from '../../../../hub/api/schemas/consent.ts';
import { eventsOf } from './events.ts';

const evidence = (id: string, offsetMs: number | null): ConsentEvidence => ({
  id,
  kind: 'announced',
  partyOrdinals: null,
  label: null,
  purpose: null,
  saidAt: '2026-01-01T00:00:01.000Z',
  offsetMs,
  prompt: null,
  source: 'sip',
  notedAt: '2026-01-01T00:00:01.000Z',
});
const alert = (id: string, raisedAt: string, clearedAt: string | null) => ({
  id,
  recordingId: 'r',
  node: 'n',
  kind: 'no-media',
  label: '1',
  detail: '',
  raisedAt,
  clearedAt,
});

test('Consent and alerts stand in order at their place; what has no place on the line is left out.', () => {
  const recording = {
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 10_000,
    alerts: [
      alert('a1', '2026-01-01T00:00:04.000Z', '2026-01-01T00:00:06.000Z'),
      alert('a2', '2026-01-01T00:00:08.000Z', null),
      alert('a3', '2026-01-01T00:01:00.000Z', null),
    ],
  };
  const events = eventsOf(recording, [evidence('c1', 5_000), evidence('c2', null)]);
  expect(events.map(({ id, offsetMs, durationMs }) => [id, offsetMs, durationMs])).toEqual([
    ['a1', 4_000, 2_000],
    ['c1', 5_000, 0],
    ['a2', 8_000, 2_000],
  ]);
});
