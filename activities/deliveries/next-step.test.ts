import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError, type RemoteError } from '../../connectors/kit/remote-error.ts';
import { isOwnFailure } from './blame.ts';
import { nextStep, pauseAfter, type Attempted } from './next-step.ts';

const NOW = new Date('2026-05-01T12:00:00.000Z');
const BEFORE = '2026-05-01T11:00:00.000Z';
const LONG_AGO = '2026-04-20T12:00:00.000Z';
const FRESH = { attempt: 1, firstFailedAt: null, doubtful: false, most: null, faults: 0 };

function failing(
  error: RemoteError,
  {
    delivery = {},
    ...more
  }: Partial<Omit<Attempted, 'delivery'>> & { delivery?: Partial<Attempted['delivery']> } = {},
) {
  const outcome: Outcome = {
    outcome: error.class === 'unknown_outcome' ? 'unknown' : 'rejected',
    recordId: 'one',
    error,
  };
  const usual = { outcome, own: false, stopped: false, together: 1, visibleAfterMs: 5_000, pauseMs: 3_000 };
  return nextStep({ ...usual, ...more, delivery: { ...FRESH, ...delivery } }, NOW, () => 0);
}
const passing = remoteError('transient', 'Failed over there.', { scope: 'batch' });
const refused = remoteError('invalid_record', 'The batch was refused.', { scope: 'batch' });
const forbidden = remoteError('permission', 'Not allowed.', { scope: 'connection' });

test('what failed together goes in half as many the next time, whatever it failed by; a part grows no more', () => {
  for (const error of [passing, refused, forbidden]) {
    expect(failing(error, { together: 200 })).toMatchObject({ state: 'queued', most: 100, faults: 0 });
    expect(failing(error, { together: 3, delivery: { most: 7 } })).toMatchObject({ most: 2 });
    expect(failing(error, { together: 900, delivery: { most: 7 } })).toMatchObject({ most: 7 });
  }
});

test('a wait of a length that was asked for, and work that was stopped, split nothing', () => {
  const slower = remoteError('throttled', 'Slower.', { scope: 'connection' });
  expect(failing({ ...slower, afterMs: 5_000 }, { together: 200 })).toMatchObject({ most: null });
  expect(failing({ ...slower, afterMs: 5_000 }, { together: 7, delivery: { most: 7 } })).toMatchObject({
    most: 7,
  });
  expect(failing(slower, { together: 200 })).toMatchObject({ most: 100 }); // it may be too large
  expect(failing(passing, { together: 200, stopped: true })).toMatchObject({ most: null });
});

test('parts are sent at once where the other side asks for no wait and nothing has to become visible first', () => {
  const asks = remoteError('transient', 'Busy.', { scope: 'batch', afterMs: 9_000 });
  const unknown = remoteError('unknown_outcome', 'Cut off.', { scope: 'batch' });
  expect(failing(passing, { together: 9 })).toMatchObject({ cut: true });
  expect(failing(unknown, { together: 9, visibleAfterMs: 0 })).toMatchObject({ cut: true, doubtful: true });
  expect(failing(unknown, { together: 9 })).toMatchObject({ cut: false, waitMs: 5_000 });
  expect(failing(asks, { together: 9 })).toMatchObject({ cut: false, waitMs: 9_000 });
  expect(failing(forbidden, { together: 9 })).toMatchObject({ cut: false, waitMs: 3_000 });
});

test('however failures of batch and connection alternate, a record is alone after as many as halve the batch', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5_000 }),
      fc.array(fc.boolean(), { minLength: 13 }),
      (many, kinds) => {
        let most: number | null = null;
        let calls = 0;
        for (; most !== 1; calls += 1)
          ({ most } = failing(kinds[calls] === true ? passing : forbidden, {
            together: Math.min(many, most ?? many),
            delivery: { most },
          }));
        expect(calls).toBeLessThanOrEqual(Math.ceil(Math.log2(many)));
      },
    ),
  );
});

test('a record that is refused for good is dead once it is alone; one that fails for now after ten times and three days', () => {
  const own = { own: true };
  expect(failing(refused, own)).toMatchObject({ state: 'dead' });
  const tenth = { own: true, delivery: { faults: 9, firstFailedAt: LONG_AGO } };
  expect(failing(passing, tenth)).toMatchObject({ state: 'dead', faults: 10 });
  expect(failing(passing, { own: true, delivery: { faults: 8, firstFailedAt: LONG_AGO } })).toMatchObject({
    state: 'queued',
    faults: 9,
  });
  expect(failing(passing, { own: true, delivery: { faults: 50, firstFailedAt: BEFORE } })).toMatchObject({
    state: 'queued',
  });
});

test('attempts that an outage ended bring no record nearer to its end', () => {
  const outage = { delivery: { attempt: 5_000, firstFailedAt: LONG_AGO } };
  expect(failing(forbidden, outage)).toMatchObject({ state: 'queued', faults: 0, waitMs: 3_000 });
  expect(failing(passing, { own: true, ...outage })).toMatchObject({
    state: 'queued',
    faults: 1,
    waitMs: 1_000,
  });
});

test("what says that the connection failed is the record's own fault only where others were taken since it last did", () => {
  const circumstances = { together: 1, stopped: false, lastDoneAt: NOW, delivery: { failedAt: BEFORE } };
  expect(isOwnFailure(forbidden, circumstances)).toBe(true);
  expect(isOwnFailure(forbidden, { ...circumstances, lastDoneAt: new Date(BEFORE) })).toBe(false);
  expect(isOwnFailure(forbidden, { ...circumstances, lastDoneAt: null })).toBe(false);
  expect(isOwnFailure(forbidden, { ...circumstances, delivery: { failedAt: null } })).toBe(false);
  expect(isOwnFailure(forbidden, { ...circumstances, together: 2 })).toBe(false);
  expect(isOwnFailure(forbidden, { ...circumstances, stopped: true })).toBe(false);
  const slower = remoteError('throttled', 'Slower.', { scope: 'connection' });
  expect(isOwnFailure(slower, circumstances)).toBe(false);
});

test('the record that the connection is said to fail by is dead after ten times, and not before', () => {
  expect(failing(forbidden, { own: true, delivery: { faults: 8 } })).toMatchObject({
    state: 'queued',
    faults: 9,
  });
  expect(failing(forbidden, { own: true, delivery: { faults: 9 } })).toMatchObject({ state: 'dead' });
});

test('what an earlier attempt may have done stays in doubt, whatever this one is refused by', () => {
  const kinds = ['transient', 'invalid_record', 'held', 'config', 'unknown_outcome'] as const;
  for (const kind of kinds)
    for (const scope of ['record', 'batch', 'connection'] as const)
      expect(
        failing(remoteError(kind, 'Failed.', { scope }), { delivery: { doubtful: true } }),
      ).toMatchObject({
        doubtful: true,
      });
  expect(failing(remoteError('transient', 'Failed.'))).toMatchObject({ doubtful: false });
});

test('only an act whose end is unknown has to become visible before it is looked for', () => {
  const waits = (kind: 'transient' | 'unknown_outcome', doubtful: boolean) =>
    failing(remoteError(kind, 'Failed.', { scope: 'connection' }), { pauseMs: 0, delivery: { doubtful } })
      .waitMs;
  expect([waits('unknown_outcome', false), waits('transient', true)]).toEqual([5_000, 0]);
});

test('who asks to slow down and says how long is waited for as long; who does not say is asked ever less often', () => {
  const slower = remoteError('throttled', 'Slower.', { scope: 'connection' });
  const pauses = (error: RemoteError) =>
    [0, 1, 2, 20].map((failures) => pauseAfter(error, failures, () => 0));
  expect(pauses({ ...slower, afterMs: 5_000 })).toEqual([5_000, 5_000, 5_000, 5_000]);
  expect(pauses(slower)).toEqual([1_000, 2_000, 4_000, 600_000]);
});
