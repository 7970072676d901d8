import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideParts, isReplaced, PART_GROUNDS } from './part-disposal.ts';
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

describe('a part of which a span was cut out', () => {
  const part = (id: string, replaces: string | null = null, destroyedAt: string | null = null) => ({
    id,
    replaces,
    destroyedAt,
  });
  const captured = part('captured');

  test('is replaced by one that stays, and not by one that goes as well or is gone', () => {
    const made = part('made', 'captured');
    expect(isReplaced(captured, [captured, made], ['captured'])).toBe(true);
    expect(isReplaced(captured, [captured, made], ['captured', 'made'])).toBe(false);
    const gone = part('gone', 'captured', '2026-01-01T00:00:00.000Z');
    expect(isReplaced(captured, [captured, gone], ['captured'])).toBe(false);
    expect(isReplaced(captured, [captured], ['captured'])).toBe(false);
  });

  test('goes with what stands beside it unheard, but not what is heard alone', () => {
    const all = [captured, part('unheard', 'captured'), part('made', 'captured')];
    expect(isReplaced(all[1]!, all, ['captured', 'unheard'])).toBe(true);
    const heard = [part('captured', null, '2026-01-01T00:00:00.000Z'), part('made', 'captured')];
    expect(isReplaced(heard[1]!, heard, ['made'])).toBe(false);
  });
});
