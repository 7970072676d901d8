/** The plan of attempts as a whole: whatever records fail by, in whatever order, and while the other side is away. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { remoteError, type RemoteErrorClass } from '../../connectors/kit/remote-error.ts';
import { seededRandom } from '../../recorder-core/media/test-signal.ts';
import { ModelledQueue, type Fate } from '../../test/support/deliveries/modelled-queue.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** A failure that may pass takes three days and ten faults, an hour apart at the most. */
const LONGEST_MS = 8 * DAY_MS;

const failure = fc
  .record({
    class: fc.constantFrom<RemoteErrorClass>(
      'transient',
      'unknown_outcome',
      'invalid_record',
      'permission',
      'auth',
    ),
    scope: fc.constantFrom('record', 'batch', 'connection'),
  })
  .map(({ class: kind, scope }) => remoteError(kind, 'Failed over there.', { scope }));
/** What a record fails by, one after the other and round again. */
const poison = fc.oneof(fc.array(failure, { minLength: 1, maxLength: 4 }), fc.constant<Fate[]>(['death']));
const plans = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 300 }),
  good: fc.integer({ min: 0, max: 300 }),
  poisons: fc.array(poison, { maxLength: 5 }),
});

interface Plan {
  readonly seed: number;
  readonly batch: number;
  readonly good: number;
  readonly poisons: readonly (readonly Fate[])[];
}

/** The queue of a plan: bad ones among good ones. A call that carries several bad ones meets what the first of them brings. */
function queueOf({ seed, batch, good, poisons }: Plan, away: (now: number) => Fate = () => undefined) {
  const random = seededRandom(seed);
  const bad = new Map(poisons.map((fates, index) => [`bad-${index}`, { fates, met: 0 }]));
  const queue: ModelledQueue = new ModelledQueue(
    batch,
    (ids) => {
      const gone = away(queue.now);
      if (gone !== undefined) return gone;
      const found = ids.map((id) => bad.get(id)).find((one) => one !== undefined);
      if (found === undefined) return undefined;
      const fate = found.fates[found.met % found.fates.length];
      found.met += 1;
      // Of a whole call no one record can be named.
      return fate === 'death' || fate === undefined || ids.length === 1 || fate.scope !== 'record'
        ? fate
        : { ...fate, scope: 'batch' };
    },
    random,
  );
  const ids = [...Array.from({ length: good }, (_none, index) => `good-${index}`), ...bad.keys()];
  for (const id of ids.map((one) => [random(), one] as const).sort(([a], [b]) => a - b)) queue.queue(id[1]);
  return queue;
}

/** Works until nothing waits, or `until` holds; something good comes every hour, as it does in a life. */
function work(queue: ModelledQueue, until: () => boolean): void {
  let nextGood = queue.now;
  for (let left = 30_000; !until(); left -= 1) {
    expect(left).toBeGreaterThan(0);
    if (queue.now >= nextGood) {
      queue.queue(`later-${nextGood}`);
      nextGood += 60 * MINUTE_MS;
    }
    queue.now = Math.max(queue.now, Math.min(queue.nextAt() ?? Infinity, nextGood));
    queue.work();
  }
}

const of = (queue: ModelledQueue, kind: 'good' | 'bad') =>
  [...queue.rows.values()].filter(({ delivery }) => delivery.id.startsWith(kind));
const isOver = (queue: ModelledQueue, kind: 'good' | 'bad') => () =>
  of(queue, kind).every(({ state }) => state !== 'queued');

test('each good record arrives once, soon and within a bounded number of calls that bad ones spoil', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const queue = queueOf(plan);
      const beganAt = queue.now;
      work(queue, isOver(queue, 'good'));
      const most = Math.ceil(Math.log2(Math.max(2, plan.batch))) + 1;
      for (const { state, arrived, spoiled } of of(queue, 'good')) {
        expect({ state, arrived }).toEqual({ state: 'done', arrived: 1 });
        expect(spoiled).toBeLessThanOrEqual(most);
      }
      expect(queue.now - beganAt).toBeLessThan(DAY_MS);
    }),
    { numRuns: 60 },
  );
});

test('each bad record becomes a dead letter, and nothing is lost or arrives twice', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const queue = queueOf(plan);
      const beganAt = queue.now;
      work(queue, isOver(queue, 'bad'));
      for (const { state, arrived } of of(queue, 'bad')) {
        expect(state).toBe('dead');
        expect(arrived).toBeLessThanOrEqual(1);
      }
      expect(queue.now - beganAt).toBeLessThan(LONGEST_MS);
    }),
    { numRuns: 30 },
  );
});

test('a dead other side gives nothing up, however long and however it fails, and everything arrives once it is back', () => {
  const outage = remoteError('transient', 'Nobody answers.', { scope: 'connection' });
  const refusal = remoteError('auth', 'Refused.', { scope: 'connection' });
  const cut = remoteError('unknown_outcome', 'Cut off.', { scope: 'connection' });
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(outage, refusal, cut),
      (plan, days, error) => {
        let backAt = 0;
        const queue = queueOf({ ...plan, poisons: [] }, (now) => (now < backAt ? error : undefined));
        work(queue, () => [...queue.rows.values()].some(({ state }) => state === 'done')); // it was there once
        backAt = queue.now + days * DAY_MS;
        work(queue, () => queue.now >= backAt);
        expect([...queue.rows.values()].filter(({ state }) => state === 'dead')).toEqual([]);
        work(queue, isOver(queue, 'good'));
        for (const { state, arrived } of queue.rows.values())
          if (state !== 'queued') expect({ state, arrived }).toEqual({ state: 'done', arrived: 1 });
        expect(of(queue, 'good').filter(({ state }) => state !== 'done')).toEqual([]);
        expect(queue.now - backAt).toBeLessThan(30 * MINUTE_MS);
      },
    ),
    { numRuns: 8 },
  );
});
