import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRulePacks, type RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { KeyLife } from '../../test/support/key-life.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

let database: TestDatabase;
let packs: RulePacks;
beforeAll(async () => {
  [database, packs] = await Promise.all([openTestDatabase(), openRulePacks()]);
});
afterAll(() => database.close());

const item = fc.nat({ max: 3 });
/** Acts of people, sweeps, disposals and closings, on a few recordings that share keys. */
const act = fc.oneof(
  fc.record({ act: fc.constantFrom('hold', 'release', 'bury', 'destroy', 'dispose' as const), item }),
  fc.record({
    act: fc.constantFrom(
      'claim',
      'open',
      'rewrap',
      'roots',
      'close',
      'renew',
      'record',
      'backup',
      'year' as const,
    ),
    item: fc.constant(0),
  }),
);
const step = fc.record({
  first: act,
  /** At the same time, where there is one. */
  second: fc.option(act, { nil: undefined }),
  /** The process dies at this transaction of the step, before or after its commit. */
  dies: fc.option(fc.record({ at: fc.integer({ min: 1, max: 6 }), committed: fc.boolean() }), {
    nil: undefined,
    freq: 3,
  }),
});

test('no key of a held recording is ever lost, and none that was destroyed ever opens again, in whatever order things happen and wherever a process dies', async () => {
  const seen = new Map<string, number>();
  const live = (): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }), async (steps) => {
        const life = await KeyLife.begin(database, packs);
        try {
          for (const { first, second, dies } of steps) {
            await life.take(second === undefined ? [first] : [first, second], dies);
            expect(await life.wrongs()).toEqual([]);
          }
          await life.settle();
          expect(await life.wrongs()).toEqual([]);
          for (const [what, count] of Object.entries(await life.tally()))
            seen.set(what, (seen.get(what) ?? 0) + count);
        } finally {
          await life.end();
        }
      }),
      { numRuns: Number(process.env['HOLDFAST_KEY_LIVES'] ?? 12) },
    );
  await live();
  // Chance may leave something out: then a few lives more, until all was seen.
  for (let more = 0; more < 3 && [...seen.values()].includes(0); more += 1) await live();
  expect([...seen].filter(([, count]) => count === 0)).toEqual([]); // else nothing was shown
}, 3_600_000);
