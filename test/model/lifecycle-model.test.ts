import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadShippedRulePack } from '../../recorder-core/policy/rule-pack-file.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import { FAULTS, type Fault } from './faults.ts';
import { House } from './house.ts';
import { wrongOfDestruction, wrongOfItem, type PromisedDates } from './invariants.ts';
import { history, tell, type Step } from './steps.ts';
import type { Item } from './things.ts';

const STEPS = Number(process.env['HOLDFAST_TEST_MODEL_STEPS'] ?? 20_000);
const LONGEST = 120;
const START = Date.parse('2024-02-29T11:30:00Z');

/** The shipped rules, and the same with every period of floors and defaults cut to a month. */
let packs: [VerifiedRulePack, VerifiedRulePack];
beforeAll(async () => {
  const shipped = await loadShippedRulePack();
  const retention = shipped.retention.map((rule) =>
    rule.kind === 'floor' || rule.kind === 'default' ? { ...rule, period: 'P1M' } : rule,
  );
  packs = [shipped, { ...shipped, digest: 'of shorter rules', retention }];
});

/** Lives one history in a new house; answers the first thing that was wrong, in words. */
function live(steps: readonly Step[], seen: Record<string, number>, fault?: Fault): string | undefined {
  const house = new House(packs, START, fault);
  const promises = new Map<string, PromisedDates>();
  for (const [index, step] of steps.entries()) {
    const destroyed = house.take(step);
    seen[step.does] = (seen[step.does] ?? 0) + 1;
    if (destroyed !== undefined) seen['destroyed'] = (seen['destroyed'] ?? 0) + 1;
    const wrong = wrongAfter(house, step, destroyed, promises);
    if (wrong !== undefined) return `step ${index + 1}: ${wrong}`;
    for (const item of house.items) promises.set(item.id, longest(promises.get(item.id), item));
  }
  return undefined;
}

function wrongAfter(
  house: House,
  step: Step,
  destroyed: Item | undefined,
  promises: ReadonlyMap<string, PromisedDates>,
): string | undefined {
  if (destroyed !== undefined) {
    const wrong = wrongOfDestruction(house, destroyed, promises.get(destroyed.id) ?? NOTHING);
    if (wrong !== undefined) return `${destroyed.id} ${wrong}`;
  }
  for (const item of house.items) {
    const wrong = wrongOfItem(house, item);
    if (wrong !== undefined) return `${item.id} ${wrong}`;
    if (step.does === 'release' && releasedNow(house, item) && house.decide(item).decision === 'DISPOSE')
      return `${item.id} may go in the moment of its release`;
  }
  return undefined;
}

const NOTHING: PromisedDates = { retainUntil: 0, keptFor: 0 };

function longest(before: PromisedDates = NOTHING, { retainUntil, keptFor }: Item): PromisedDates {
  return {
    retainUntil: Math.max(before.retainUntil, Date.parse(retainUntil ?? '') || 0),
    keptFor: Math.max(before.keptFor, Date.parse(keptFor ?? '') || 0),
  };
}

function releasedNow({ holds, nowMs }: House, { id }: Item): boolean {
  return holds.some(({ releasedMs, itemIds }) => releasedMs === nowMs && itemIds.includes(id));
}

describe('holds, floors, requests, exports, keys and disposals in any order', () => {
  test(`nothing is destroyed that must stay, over ${STEPS.toLocaleString('en')} steps`, () => {
    const seen: Record<string, number> = {};
    let left = STEPS;
    const property = fc.property(history(LONGEST), (steps) => {
      left -= steps.length;
      const wrong = live(steps, seen);
      if (wrong !== undefined) throw new Error(`${wrong}, after: ${tell(steps)}`);
    });
    for (let seed = 1; left > 0; seed += 1) fc.assert(property, { numRuns: 200, seed });
    expect(seen['destroyed']).toBeGreaterThan(STEPS / 2_000); // else it proves nothing
    process.stdout.write(`${JSON.stringify({ steps: STEPS - left, ...seen })}\n`);
  }, 3_600_000);

  test.each(Object.keys(FAULTS) as Fault[])(
    'a house where it is wrong is found out: %s',
    (fault) => {
      const found = fc.check(
        fc.property(history(LONGEST), (steps) => live(steps, {}, fault) === undefined),
        { numRuns: 5_000, seed: 7 },
      );
      expect({ fault, found: found.failed }).toEqual({ fault, found: true });
      const [steps] = found.counterexample ?? [[]];
      expect(steps.length).toBeLessThanOrEqual(9); // few enough to be read
      process.stdout.write(`${FAULTS[fault]}: ${live(steps, {}, fault)}, after: ${tell(steps)}\n`);
    },
    600_000,
  );
});
