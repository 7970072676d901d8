import { isAuthorized, validate } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GRANTABLE_ACTS, type GrantableAct } from '../policy/grant-state.ts';
import { ACCESS_SCHEMA } from './access-schema.ts';
import { grantPolicy, type GrantScope, type GrantTerms } from './grant-policy.ts';

const FROM = Date.parse('2026-11-27T08:00:00.000Z');
const UNTIL = Date.parse('2026-11-28T08:00:00.000Z');
const terms = (change: Partial<GrantTerms> = {}): GrantTerms => ({
  id: 'g-1',
  kind: 'request',
  to: { user: 'u-1' },
  acts: GRANTABLE_ACTS,
  purpose: 'complaint',
  scope: { kind: 'recordings', ids: ['r-1', 'r-2'] },
  fromMs: FROM,
  untilMs: UNTIL,
  ...change,
});

interface Asked {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly act?: GrantableAct;
  readonly on?: { readonly type: 'Recording' | 'Tenant'; readonly id: string };
  readonly grants?: readonly string[];
  readonly nowMs?: number;
  readonly purpose?: string | null;
}

/** What Cedar itself says of the text, without anything of ours between. */
function allows(grant: GrantTerms, asked: Asked = {}): boolean {
  const { user = 'u-1', groups = [], act = 'recording.play', on = { type: 'Recording', id: 'r-1' } } = asked;
  const { grants, nowMs = FROM, purpose = 'complaint' } = asked;
  const answer = isAuthorized({
    principal: { type: 'User', id: user },
    action: { type: 'Action', id: act },
    resource: on,
    context: {
      now: { __extn: { fn: 'datetime', arg: new Date(nowMs).toISOString() } },
      ...(purpose !== null && { purpose }),
    },
    policies: { staticPolicies: { it: grantPolicy(grant).json } },
    entities: [
      { uid: { type: 'User', id: user }, attrs: { groups: [...groups] }, parents: [] },
      { uid: on, attrs: grants === undefined ? {} : { grants: [...grants] }, parents: [] },
    ],
  });
  return answer.type === 'success' && answer.response.decision === 'allow';
}

describe('the policy of a grant', () => {
  test('allows from its first millisecond until before its last', () => {
    expect([FROM - 1, FROM, UNTIL - 1, UNTIL].map((nowMs) => allows(terms(), { nowMs }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('allows nobody else, nothing else, and no other recording', () => {
    expect(allows(terms(), { user: 'u-2' })).toBe(false);
    expect(allows(terms({ acts: ['recording.list'] }))).toBe(false);
    expect(allows(terms(), { on: { type: 'Recording', id: 'r-3' } })).toBe(false);
    expect(allows(terms(), { on: { type: 'Tenant', id: 'r-1' } })).toBe(false);
  });

  test('asks the use of content for its purpose, and looking only for no other', () => {
    const answers = (act: GrantableAct) =>
      ['complaint', 'audit', null].map((purpose) => allows(terms(), { act, purpose }));
    expect(answers('recording.play')).toEqual([true, false, false]);
    expect(answers('recording.export')).toEqual([true, false, false]);
    expect(answers('recording.list')).toEqual([true, false, true]);
    expect(answers('recording.read')).toEqual([true, false, true]);
    expect(allows(terms({ acts: ['recording.play'] }), { purpose: null })).toBe(false);
    expect(allows(terms({ acts: ['recording.read'] }), { act: 'recording.read', purpose: null })).toBe(true);
  });

  test('lets whoever may list some recordings ask for the list', () => {
    const on = { type: 'Tenant', id: 't-1' } as const;
    expect(allows(terms(), { on, act: 'recording.list' })).toBe(true);
    expect(allows(terms(), { on, act: 'recording.read' })).toBe(false);
    expect(allows(terms({ acts: ['recording.read'] }), { on, act: 'recording.list' })).toBe(false);
  });

  test('to a group is for whoever is in it at that moment', () => {
    const grant = terms({ to: { group: 'Review "board" \\ Süd' } });
    expect(allows(grant, { groups: ['Review "board" \\ Süd'] })).toBe(true);
    expect(allows(grant, { groups: ['Review'] })).toBe(false);
  });

  test('of a query, a matter or an export is for what its rows say that it reaches', () => {
    for (const kind of ['query', 'matter', 'export'] as const) {
      expect(allows(terms({ scope: { kind } }), { grants: ['g-1'] })).toBe(true);
      expect(allows(terms({ scope: { kind } }), { grants: ['g-2'] })).toBe(false);
      expect(allows(terms({ scope: { kind } }))).toBe(false);
    }
  });

  test('of an emergency reaches everything, and its ticket is its purpose', () => {
    const grant = terms({ kind: 'break-glass', scope: { kind: 'all' }, purpose: 'emergency' });
    expect(allows(grant, { on: { type: 'Recording', id: 'r-9' }, purpose: null })).toBe(true);
    expect(allows(grant, { nowMs: UNTIL, purpose: null })).toBe(false);
  });

  test('fits the types of the policies whatever its values are, and says by its id which grant it is', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('"); permit(principal, action, resource'),
    );
    const scope = fc.constantFrom<GrantScope>(
      { kind: 'recordings', ids: ['r-1'] },
      { kind: 'query' },
      { kind: 'all' },
    );
    const acts = fc.subarray([...GRANTABLE_ACTS], { minLength: 1 });
    fc.assert(
      fc.property(word, word, word, scope, acts, fc.boolean(), (id, to, purpose, reach, some, toGroup) => {
        const receiver = toGroup ? { group: to } : { user: to };
        const policy = grantPolicy(terms({ id, to: receiver, purpose, scope: reach, acts: some }));
        expect(policy).toMatchObject({ id: `grant/${id}`, effect: 'permit', stepUpSeconds: null });
        const checked = validate({
          schema: ACCESS_SCHEMA,
          policies: { staticPolicies: { it: policy.json } },
        });
        expect(checked).toMatchObject({ type: 'success', validationErrors: [] });
      }),
      { numRuns: 60 },
    );
  });

  test('agrees with its terms at random moments, for random askers', () => {
    const pick = fc.record({
      user: fc.constantFrom('u-1', 'u-2'),
      act: fc.constantFrom(...GRANTABLE_ACTS),
      acts: fc.subarray([...GRANTABLE_ACTS], { minLength: 1 }),
      recording: fc.constantFrom('r-1', 'r-2', 'r-3'),
      purpose: fc.constantFrom('complaint', 'audit', null),
      nowMs: fc.oneof(
        fc.integer({ min: FROM - 2, max: FROM + 2 }),
        fc.integer({ min: UNTIL - 2, max: UNTIL + 2 }),
      ),
    });
    fc.assert(
      fc.property(pick, ({ user, act, acts, recording, purpose, nowMs }) => {
        const takes = act === 'recording.play' || act === 'recording.export';
        const expected =
          user === 'u-1' &&
          acts.includes(act) &&
          recording !== 'r-3' &&
          (purpose === 'complaint' || (purpose === null && !takes)) &&
          nowMs >= FROM &&
          nowMs < UNTIL;
        const asked = { user, act, on: { type: 'Recording', id: recording } as const, purpose, nowMs };
        expect(allows(terms({ acts }), asked)).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });
});
