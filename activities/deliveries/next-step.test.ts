import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError, type RemoteError } from '../../connectors/kit/remote-error.ts';
import { nextStep } from './next-step.ts';

const NOW = new Date('2026-05-01T12:00:00.000Z');
const failing = (
  error: RemoteError,
  attempt: number,
  together: number,
  { doubtful = false, alike = false } = {},
) => {
  const outcome: Outcome = {
    outcome: error.class === 'unknown_outcome' ? 'unknown' : 'rejected',
    recordId: 'one',
    error,
  };
  const attempted = {
    outcome,
    attempt,
    firstFailedAt: null,
    doubtful,
    alike,
    together,
    visibleAfterMs: 5_000,
  };
  return nextStep(attempted, NOW, () => 0);
};
const passing = remoteError('transient', 'Failed over there.', { scope: 'batch' });
const refused = remoteError('invalid_record', 'The batch was refused.', { scope: 'batch' });

test('a failure of a batch that may pass is tried together once more; the same once more sends each alone', () => {
  expect(failing(passing, 1, 200)).toMatchObject({ state: 'queued', alone: false });
  expect(failing(passing, 2, 200, { alike: true })).toMatchObject({ state: 'queued', alone: true });
});

test('attempts that ended by a killed worker or an outage send nobody alone', () => {
  expect(failing(passing, 9, 5_000)).toMatchObject({ state: 'queued', alone: false });
});

test('a batch that was refused for good is tried by each alone at once; who is refused alone is dead', () => {
  expect(failing(refused, 1, 200)).toMatchObject({ state: 'queued', alone: true });
  expect(failing(refused, 2, 1)).toMatchObject({ state: 'dead' });
});

test('a record whose batches fail again and again comes to be alone, and from then on keeps no other back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5_000 }),
      fc.constantFrom('transient', 'unknown_outcome'),
      fc.array(fc.boolean(), { maxLength: 12 }),
      (many, kind, alikes) => {
        const error = remoteError(kind, 'Failed over there.', { scope: 'batch' });
        let alone = false;
        for (let attempt = 1; attempt <= 10; attempt += 1) {
          const wasAlone = alone;
          ({ alone } = failing(error, attempt, alone ? 1 : many, { alike: alikes[attempt] ?? false }));
          if (wasAlone) expect(alone).toBe(true);
        }
        expect(alone).toBe(true);
      },
    ),
  );
});

test('what an earlier attempt may have done stays in doubt, whatever this one is refused by', () => {
  const kinds = ['transient', 'invalid_record', 'held', 'config', 'unknown_outcome'] as const;
  for (const kind of kinds)
    for (const scope of ['record', 'batch', 'connection'] as const)
      expect(failing(remoteError(kind, 'Failed.', { scope }), 1, 1, { doubtful: true })).toMatchObject({
        doubtful: true,
      });
  expect(failing(remoteError('transient', 'Failed.'), 1, 1)).toMatchObject({ doubtful: false });
});

test('only an act whose end is unknown has to become visible before it is looked for', () => {
  const waits = (kind: 'transient' | 'unknown_outcome', doubtful: boolean) =>
    failing(remoteError(kind, 'Failed.', { scope: 'connection' }), 1, 1, { doubtful }).waitMs;
  expect([waits('unknown_outcome', false), waits('transient', true)]).toEqual([5_000, 0]);
});
