import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchMost, type Candidate } from './match-most.ts';
import {
  reconcileCalls,
  TOLERANCES,
  type KeptRecording,
  type ReconcileInput,
  type ToldCall,
} from './reconcile-calls.ts';

const RUNS = Number(process.env['HOLDFAST_PROPERTY_RUNS'] ?? 200);

const call = (id: string, change: Partial<ToldCall> = {}): ToldCall => ({
  id,
  source: 'pbx',
  callIds: [],
  startMs: 0,
  durationMs: 60_000,
  answered: true,
  internal: false,
  toBeRecorded: true,
  addresses: ['a', 'b'],
  ...change,
});
const recording = (id: string, change: Partial<KeptRecording> = {}): KeptRecording => ({
  id,
  callIds: [],
  addresses: ['a', 'b'],
  startMs: 0,
  endMs: 60_000,
  disposed: false,
  ...change,
});
const compare = (input: Partial<ReconcileInput>) =>
  reconcileCalls({ calls: [], recordings: [], refusals: [], absences: [], ...input });
const verdict = (input: Partial<ReconcileInput>) => compare(input).verdicts.get('c');

describe('a call', () => {
  test.each([
    [
      'an id both know, however far the times',
      { callIds: ['x'], startMs: 3_600_000 },
      { callIds: ['x'] },
      'call-id',
    ],
    ['both parties', {}, {}, 'both-parties'],
    ['one party', { addresses: ['a', 'z'] }, {}, 'one-party'],
    ['time alone, once the recording is disposed of', {}, { disposed: true, addresses: [] }, 'time'],
  ] as const)('is found by %s', (_name, told, kept, by) => {
    expect(verdict({ calls: [call('c', told)], recordings: [recording('r', kept)] })).toMatchObject({
      outcome: 'recorded',
      by,
      recordingId: 'r',
    });
  });

  test.each([
    ['not-answered', { answered: false }],
    ['line-not-recorded', { toBeRecorded: false }],
    ['internal', { toBeRecorded: false, internal: true }],
  ] as const)('without a recording is explained as %s', (reason, told) => {
    expect(verdict({ calls: [call('c', told)] })).toEqual({ outcome: 'explained', reason });
  });

  test('that capture refused, or that came while all recorders were out of service, is explained by that', () => {
    const refusal = { id: 'f', callIds: [], addresses: ['b'], atMs: 2_000, reason: 'consent' };
    expect(verdict({ calls: [call('c')], refusals: [refusal] })).toEqual({
      outcome: 'explained',
      reason: 'refused/consent',
    });
    expect(verdict({ calls: [call('c')], refusals: [{ ...refusal, atMs: 60_000 }] })).toEqual({
      outcome: 'missing',
    });
    expect(verdict({ calls: [call('c')], absences: [{ fromMs: -1, toMs: 1 }] })).toMatchObject({
      reason: 'recorders-drained',
    });
  });

  test('of other people at the same time is missing, and the recording is told too', () => {
    const { verdicts, unlisted } = compare({
      calls: [call('c', { addresses: ['x', 'y'] })],
      recordings: [recording('r')],
    });
    expect(verdicts.get('c')).toEqual({ outcome: 'missing' });
    expect(unlisted).toEqual(['r']);
  });

  test('whose recording is much shorter is told; the legs of one call count together', () => {
    const legs = [
      call('c', { callIds: ['x'], durationMs: 30_000 }),
      call('d', { callIds: ['x'], startMs: 30_000, durationMs: 30_000 }),
    ];
    expect(compare({ calls: legs, recordings: [recording('r', { callIds: ['x'] })] }).differences).toEqual(
      [],
    );
    expect(
      compare({ calls: legs, recordings: [recording('r', { callIds: ['x'], endMs: 20_000 })] }).differences,
    ).toEqual([{ callId: 'c', recordingId: 'r', toldMs: 60_000, recordedMs: 20_000 }]);
  });
});

test('a clock that is wrong by minutes is found out and put right', () => {
  const hour = 3_600_000;
  const calls = [0, 1, 2, 3].map((n) =>
    call(`c${n}`, { startMs: n * hour + 240_000, addresses: [`a${n}`, 'b'] }),
  );
  const recordings = [0, 1, 2, 3].map((n) =>
    recording(`r${n}`, { startMs: n * hour, endMs: n * hour + 60_000, addresses: [`a${n}`, 'b'] }),
  );
  const { skews, verdicts } = compare({ calls, recordings });
  expect(skews).toEqual({ pbx: 240_000 });
  expect([...verdicts.values()].every(({ outcome }) => outcome === 'recorded')).toBe(true);
});

const addresses = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 });
const someCalls = fc
  .array(
    fc.record({
      startMs: fc.nat(100_000),
      answered: fc.boolean(),
      toBeRecorded: fc.boolean(),
      addresses,
      callIds: fc.subarray(['x', 'y']),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((one, n) => call(`c${n}`, one)));
const someRecordings = fc
  .array(
    fc.record({
      startMs: fc.nat(100_000),
      addresses,
      disposed: fc.boolean(),
      callIds: fc.subarray(['x', 'z']),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((one, n) => recording(`r${n}`, { ...one, endMs: one.startMs + 60_000 })));
const someInput = fc.record({
  calls: someCalls,
  recordings: someRecordings,
  refusals: fc.constant([]),
  absences: fc.constant([]),
});

describe('any comparison', () => {
  test('does not depend on the order of what is compared', () => {
    fc.assert(
      fc.property(someInput, (input) => {
        const turned = {
          ...input,
          calls: [...input.calls].reverse(),
          recordings: [...input.recordings].reverse(),
        };
        const [one, other] = [reconcileCalls(input), reconcileCalls(turned)];
        expect(Object.fromEntries(other.verdicts)).toEqual(Object.fromEntries(one.verdicts));
        expect(other.unlisted).toEqual(one.unlisted);
      }),
      { numRuns: RUNS },
    );
  });

  test('judges every call once, and gives a recording to more than one only by id', () => {
    fc.assert(
      fc.property(someInput, (input) => {
        const { verdicts, unlisted } = reconcileCalls(input);
        expect(verdicts.size).toBe(input.calls.length);
        const used = [...verdicts.values()].flatMap((one) =>
          one.outcome === 'recorded' && one.by !== 'call-id' ? [one.recordingId] : [],
        );
        expect(new Set(used).size).toBe(used.length);
        expect(unlisted.some((id) => used.includes(id))).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  test('never calls missing what has a recording of its parties at its time that nobody else needs', () => {
    fc.assert(
      fc.property(someInput, (input) => {
        const { verdicts, unlisted, skews } = reconcileCalls(input);
        for (const one of input.calls) {
          if (verdicts.get(one.id)?.outcome !== 'missing') continue;
          const at = one.startMs - (skews['pbx'] ?? 0);
          const overlooked = input.recordings.filter(
            (kept) =>
              unlisted.includes(kept.id) &&
              Math.abs(kept.startMs - at) <= TOLERANCES.startMs &&
              kept.addresses.some((address) => one.addresses.includes(address)),
          );
          expect(overlooked).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('pairs as many as can be', () => {
    const candidates = fc.uniqueArray(
      fc.record({
        left: fc.constantFrom('1', '2', '3', '4'),
        right: fc.constantFrom('a', 'b', 'c', 'd'),
        cost: fc.nat(5),
      }),
      { maxLength: 8, selector: ({ left, right }) => left + right },
    );
    const most = (list: readonly Candidate[]): number =>
      list.length === 0
        ? 0
        : Math.max(
            most(list.slice(1)),
            1 +
              most(
                list.slice(1).filter(({ left, right }) => left !== list[0]!.left && right !== list[0]!.right),
              ),
          );
    fc.assert(
      fc.property(candidates, (list) => {
        const pairs = matchMost(list);
        expect(pairs.size).toBe(most(list));
        expect(new Set(pairs.values()).size).toBe(pairs.size);
        for (const [left, right] of pairs)
          expect(list.some((one) => one.left === left && one.right === right)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
