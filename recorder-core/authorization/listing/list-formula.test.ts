import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessedRecording } from '../asked.ts';
import { authorize } from '../authorize.ts';
import { policyOf, type CompiledPolicy } from '../compiled-policy.ts';
import { makePolicySet } from '../policy-set.ts';
import { PolicySlices } from '../policy-slices.ts';
import { context, principal } from '../../../test/support/access-questions.ts';
import { listFormula } from './list-formula.ts';
import { holdsForRow } from './testing/holds-for-row.ts';
import { randomSet } from './testing/random-policies.ts';
import { randomCircumstances, randomQuestion, randomRecordings } from './testing/random-questions.ts';

const RUNS = Number(process.env['HOLDFAST_LISTING_RUNS'] ?? 120);

describe('what a list is filtered by', () => {
  it('is what authorize allows one by one, whatever the policies are, at one moment and at another', () => {
    fc.assert(
      fc.property(
        randomSet,
        fc.boolean(),
        fc.tuple(randomQuestion, randomCircumstances),
        randomRecordings,
        ({ own, grants }, withShipped, [first, later], recordings) => {
          const set = withShipped
            ? makePolicySet(1, own)
            : { version: 1, policies: own, slices: new PolicySlices(own) };
          for (const asked of [first, { ...first, context: later }]) {
            const { formula, unlistable } = listFormula(set, grants, asked);
            expect(unlistable).toEqual([]);
            for (const recording of recordings) {
              const thing = withGrants(recording, grants.length > 0);
              const { allowed, rule } = authorize(set, grants, { ...asked, thing });
              expect([holdsForRow(formula, thing), rule]).toEqual([allowed, rule]);
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

const setOf = (...policies: CompiledPolicy[]) => ({
  version: 1,
  policies,
  slices: new PolicySlices(policies),
});
const asked = { principal: principal(), act: 'recording.read', context: context() } as const;

function policy(id: string, condition: string, effect = 'permit'): CompiledPolicy {
  const answer = policyToJson(`${effect}(principal, action, resource) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(condition);
  return policyOf(answer.json, id);
}

describe('the filter of a list', () => {
  it('names the grants that are looked for, by their own ids, and no other policy', () => {
    const grants = [policy('grant/7f', 'resource.held'), policy('other/8a', 'resource.held')];
    expect(listFormula(setOf(), grants, asked).grantIds).toEqual(['7f']);
    expect(listFormula(setOf(), [], asked).grantIds).toEqual([]);
  });

  it('names each policy that no formula can say once, with the reason, whether it passes or lasts', () => {
    const lasting = policy('own/lasting', 'ip(resource.region).isLoopback()');
    const passing = policy(
      'own/passing',
      'context.now > datetime("2020-01-01") && ip(resource.source).isIpv4()',
    );
    const { unlistable } = listFormula(
      setOf(lasting, passing, policy('own/plain', 'resource.held')),
      [],
      asked,
    );
    expect(unlistable.map(({ id }) => id)).toEqual(['own/lasting', 'own/passing']);
    for (const { why } of unlistable) expect(why).toBe('ip() is given a text of the recording.');
  });

  it('is nothing where the question itself cannot be read', () => {
    const broken = { ...asked, context: context({ nowMs: Number.NaN }) };
    expect(listFormula(setOf(policy('own/all', 'true')), [], broken).formula).toBe(false);
    expect(listFormula(setOf(policy('own/all', 'true')), [], asked).formula).toBe(true);
  });
});

/** Nobody looks for the grants of whoever has none. */
function withGrants({ grants, ...recording }: AccessedRecording, looked: boolean): AccessedRecording {
  return looked && grants !== undefined ? { ...recording, grants } : recording;
}
