import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideParts, PART_GROUNDS } from './part-disposal.ts';
import type { RetentionAction, RetentionVerdict } from './retention.ts';

const PARTS = [
  { id: 'voice', kind: 'media' },
  { id: 'journal', kind: 'metadata' },
  { id: 'drawing', kind: 'waveform' },
];
const verdict = fc.constantFrom<RetentionVerdict>('RETAIN', 'RESTRICT', 'DEFER', 'DISPOSE', 'CONFLICT');
const actions = fc.subarray<RetentionAction>([
  'restrict-playback',
  'erase-derived',
  'redact-span',
  'open-ticket',
]);

describe('which parts of a recording may go alone', () => {
  test('all, where nothing keeps the recording', () => {
    const { destroy, keep } = decideParts({ decision: 'DISPOSE', actions: [] }, PARTS, 'erasure');
    expect([destroy, keep]).toEqual([['voice', 'journal', 'drawing'], []]);
  });

  test('under a floor only what was derived, or what a rule orders to be redacted', () => {
    const restrict = { decision: 'RESTRICT', actions: ['erase-derived', 'redact-span'] } as const;
    expect(decideParts(restrict, PARTS, 'erasure').destroy).toEqual(['drawing']);
    expect(decideParts(restrict, PARTS, 'redaction').keep).toEqual([]);
    expect(decideParts({ ...restrict, actions: [] }, PARTS, 'derived-data').destroy).toEqual([]);
  });

  test('none while the recording is retained, waits for an answer or is in conflict, whatever the ground', () => {
    fc.assert(
      fc.property(verdict, actions, fc.constantFrom(...PART_GROUNDS), (decision, wanted, ground) => {
        const { destroy, keep } = decideParts({ decision, actions: wanted }, PARTS, ground);
        expect([...destroy, ...keep].sort()).toEqual(PARTS.map(({ id }) => id).sort());
        if (decision !== 'DISPOSE' && decision !== 'RESTRICT') expect(destroy).toEqual([]);
      }),
    );
  });
});
