import { describe, expect, test } from '@jest/globals';
import { checkParseSchema, validate } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import {
  context,
  NOW_MS,
  principal,
  questions,
  recording,
  TENANT,
} from '../../test/support/access-questions.ts';
import { ACTS, decideAccess, ROLES, type Act } from '../policy/access.ts';
import { stepUpNeeded } from './access-decision.ts';
import { ACCESS_SCHEMA } from './access-schema.ts';
import type { Asked } from './asked.ts';
import { authorize } from './authorize.ts';
import type { GrantPolicy } from './compiled-policy.ts';
import { parsePolicies } from './parse-policies.ts';
import { makePolicySet, shippedPolicies } from './policy-set.ts';
import { shippedTexts } from './shipped-texts.ts';

const PLAY = {
  principal: principal(),
  act: 'recording.play',
  thing: recording(),
  context: context(),
} as const;

function decide(changed: Partial<Asked> = {}, own = '', grants = '') {
  return authorize(own === '' ? shippedPolicies() : makePolicySet(1, policies(own)), policies(grants), {
    ...PLAY,
    ...changed,
  });
}

function policies(text: string): GrantPolicy[] {
  const { policies: parsed, faults } = parsePolicies(text);
  expect(faults).toEqual([]);
  return parsed.map(({ policy }) => policy);
}

describe('the shipped policies', () => {
  test('are strictly well-typed, each by itself and without a warning', () => {
    expect(checkParseSchema(ACCESS_SCHEMA)).toEqual({ type: 'success' });
    const checked = validate({
      schema: ACCESS_SCHEMA,
      policies: { staticPolicies: shippedTexts().join('\n') },
    });
    expect(checked).toMatchObject({ type: 'success', validationErrors: [], validationWarnings: [] });
  });

  test('have an id each, a sentence each, and none is a policy of a tenant', () => {
    const { policies: shipped } = shippedPolicies();
    expect(new Set(shipped.map(({ id }) => id)).size).toBe(shipped.length);
    for (const { id, json } of shipped) {
      expect(id).toMatch(/^(access|wall|restriction|residency|step-up)\/./);
      expect(json.annotations?.['says']).toMatch(/\.$/);
    }
  });

  test.each(ROLES)('say for the role %s and every act what the table of roles says', (role) => {
    for (const act of ACTS) {
      const said = decide({ principal: principal({ role }), act, thing: TENANT });
      const table = decideAccess({ role, act });
      const listing = role === 'supervisor' && act === 'recording.list';
      expect([act, said.allowed]).toEqual([act, table.allowed || listing]);
      if (!listing) expect([act, said.rule]).toEqual([act, table.rule]);
    }
  });

  test.each(['', 'root', 'constructor', '__proto__'])('give the unknown role "%s" nothing', (role) => {
    for (const act of ACTS)
      expect(decide({ principal: principal({ role }), act, thing: TENANT })).toEqual({
        allowed: false,
        rule: 'access/default-deny',
        policies: [],
      });
  });
});

describe('a supervisor', () => {
  test.each(['recording.list', 'recording.read', 'recording.play'] as const)(
    'has %s for recordings of the own department only',
    (act) => {
      expect(decide({ act })).toMatchObject({ allowed: true, rule: `access/supervisor/${act}` });
      for (const department of ['support', null])
        expect(decide({ act, thing: recording({ department }) }).rule).toBe('access/default-deny');
      expect(decide({ act, principal: principal({ department: null }) }).rule).toBe('access/default-deny');
    },
  );

  test('may ask for the list, for a right, and for what everybody may, and for nothing else without a recording', () => {
    expect(ACTS.filter((act) => decide({ act, thing: TENANT }).allowed)).toEqual([
      'recording.list',
      'grant.request',
      'break-glass.use',
    ]);
  });
});

describe('a wall', () => {
  const officer = principal({ role: 'compliance_officer' });

  test.each(['hr', 'legal', 'interception'])('around %s is for those named only, by every act', (name) => {
    const thing = recording({ classification: name });
    for (const role of ROLES)
      for (const act of ACTS) {
        const { allowed, policies: deciding } = decide({ principal: principal({ role }), act, thing });
        expect(allowed).toBe(false);
        expect(deciding.map(({ id }) => id)).toContain(`wall/${name}`);
      }
    expect(decide({ principal: { ...officer, groups: [name] }, thing }).allowed).toBe(true);
    expect(decide({ principal: { ...officer, groups: ['sales'] }, thing })).toMatchObject({
      allowed: false,
      rule: `wall/${name}`,
      policies: [
        { effect: 'forbid', says: expect.stringContaining(name), ask: expect.stringContaining(name) },
      ],
    });
  });

  test('is not around other classifications', () => {
    expect(decide({ principal: officer, thing: recording({ classification: 'public' }) }).allowed).toBe(true);
  });
});

describe('a restricted recording', () => {
  const rule = (role: string, purpose: string | null, act: Act = 'recording.play') =>
    decide({
      principal: principal({ role }),
      act,
      thing: recording({ restricted: true }),
      context: context({ purpose }),
    }).rule;

  test.each(['recording.play', 'recording.export'] as const)(
    'is used by a compliance officer for a stated purpose only (%s)',
    (act) => {
      expect(rule('administrator', 'legal-claim', act)).toBe('restriction/role');
      expect(rule('compliance_officer', null, act)).toBe('restriction/no-purpose');
      expect(rule('compliance_officer', 'training', act)).toBe('restriction/other-purpose');
      expect(rule('compliance_officer', 'legal-claim', act)).toBe(`access/compliance_officer/${act}`);
    },
  );

  test('is found and read about as before', () => {
    expect(rule('auditor', null, 'recording.read')).toBe('access/auditor/recording.read');
  });
});

describe('use from another region', () => {
  const rule = (region: string | null, purpose: string | null, act: Act = 'recording.play') =>
    decide({
      principal: principal({ role: 'compliance_officer' }),
      act,
      context: context({ region, purpose }),
    }).rule;

  test.each(['recording.play', 'recording.export'] as const)('needs the ground of a transfer (%s)', (act) => {
    expect(rule('us', null, act)).toBe('residency/transfer');
    expect(rule('us', 'training', act)).toBe('residency/transfer');
    expect(rule('us', 'transfer/', act)).toBe('residency/transfer');
    expect(rule('us', 'transfer/court-order', act)).toBe(`access/compliance_officer/${act}`);
    expect(rule('eu', null, act)).toBe(`access/compliance_officer/${act}`);
    expect(rule(null, null, act)).toBe(`access/compliance_officer/${act}`);
  });

  test('is not reading about it', () => {
    expect(rule('us', null, 'recording.read')).toBe('access/compliance_officer/recording.read');
  });
});

describe('an act that needs a fresh proof of presence', () => {
  const release = (changed: Parameters<typeof context>[0], role = 'administrator') =>
    decide({
      principal: principal({ role }),
      act: 'hold.release',
      thing: TENANT,
      context: context(changed),
    });

  test('is refused five minutes and a millisecond after it, and on no account before', () => {
    expect(release({ stepUpAgeMs: 300_000 }).allowed).toBe(true);
    const late = release({ stepUpAgeMs: 300_001 });
    expect(late).toMatchObject({ allowed: false, rule: 'step-up/hold.release' });
    expect(stepUpNeeded(late)).toBe(300);
    expect(stepUpNeeded(release({ stepUpAgeMs: null, means: 'token' }))).toBe(300);
    expect(stepUpNeeded(release({ stepUpAgeMs: 1 }))).toBeUndefined();
  });

  test('is not asked for on the machine itself', () => {
    expect(release({ stepUpAgeMs: null, means: 'machine' }).allowed).toBe(true);
  });

  test('is not helped by a proof where something else forbids; that is named first', () => {
    const walled = decide({
      principal: principal({ role: 'administrator' }),
      act: 'hold.release',
      thing: recording({ classification: 'hr' }),
      context: context({ stepUpAgeMs: null }),
    });
    expect(walled.policies.map(({ id }) => id)).toEqual(['wall/hr', 'step-up/hold.release']);
    expect(stepUpNeeded(walled)).toBeUndefined();
  });

  test('is bulk playback too', () => {
    const nth = (recentPlays: number, stepUpAgeMs: number | null) =>
      decide({ context: context({ recentPlays, stepUpAgeMs }) }).rule;
    expect(nth(19, null)).toBe('access/supervisor/recording.play');
    expect(nth(20, null)).toBe('step-up/bulk-playback');
    expect(nth(20, 1_000)).toBe('access/supervisor/recording.play');
  });
});

describe('policies of a tenant and grants', () => {
  const START = new Date(NOW_MS).toISOString();
  const own = (effect: string, when: string) =>
    `@id("own/x") @says("Said.") @ask("Whom.") ${effect}(principal, action, resource is Recording) when { ${when} };`;

  test('a forbid of the tenant wins over every permit, and over grants', () => {
    const forbid = own('forbid', 'resource.source == "desk"');
    const grant = `@id("grant/1") @says("Granted.") permit(principal, action, resource);`;
    for (const grants of ['', grant])
      expect(decide({}, forbid, grants)).toEqual({
        allowed: false,
        rule: 'own/x',
        policies: [{ id: 'own/x', effect: 'forbid', says: 'Said.', ask: 'Whom.', stepUpSeconds: null }],
      });
  });

  test('a permit of the tenant adds to the roles, and the role is named first', () => {
    const permit = own('permit', 'resource.ownOf.contains(principal)');
    expect(decide({ thing: recording({ ownOf: ['user-1'] }) }, permit).policies.map(({ id }) => id)).toEqual([
      'access/supervisor/recording.play',
      'own/x',
    ]);
    const other = recording({ department: 'support', ownOf: ['user-1'] });
    expect(decide({ thing: other }, permit).rule).toBe('own/x');
    expect(decide({ thing: { ...other, ownOf: ['user-2'] } }, permit).allowed).toBe(false);
  });

  test('a grant permits what no role does, and ends to the millisecond', () => {
    const grant = `@id("grant/1") permit(principal == User::"user-1", action == Action::"recording.play", resource)
      when { context.now >= datetime("${START}") && context.now < datetime("${START}").offset(duration("1h")) };`;
    const at = (nowMs: number) =>
      decide({ principal: principal({ role: 'none' }), context: context({ nowMs }) }, '', grant).rule;
    expect(at(NOW_MS - 1)).toBe('access/default-deny');
    expect(at(NOW_MS)).toBe('grant/1');
    expect(at(NOW_MS + 3_599_999)).toBe('grant/1');
    expect(at(NOW_MS + 3_600_000)).toBe('access/default-deny');
  });

  test('a forbid that errs refuses, a permit that errs does not count', () => {
    const overflow = 'context.now.toTime().toMilliseconds() * 9007199254740991 > 0';
    expect(decide({}, own('forbid', overflow)).rule).toBe('access/undecidable');
    expect(decide({}, own('permit', overflow)).policies.map(({ id }) => id)).toEqual([
      'access/supervisor/recording.play',
    ]);
  });

  test('a forbid that holds refuses by its name, whatever else errs', () => {
    const both = `${own('forbid', 'resource.source == "desk"')}
      @id("own/y") @says("Errs.") forbid(principal, action, resource)
      when { context.now.toTime().toMilliseconds() * 9007199254740991 > 0 };`;
    expect(decide({}, both)).toMatchObject({ allowed: false, rule: 'own/x', policies: [{ id: 'own/x' }] });
    expect(decide({ thing: recording({ source: 'trunk' }) }, both)).toEqual({
      allowed: false,
      rule: 'access/undecidable',
      policies: [],
    });
  });

  test('what a proof does not end is named before what it ends, though it stands after it', () => {
    const forbid = `@id("own/x") @says("Said.") forbid(principal, action, resource);`;
    const refused = decide(
      {
        principal: principal({ role: 'administrator' }),
        act: 'hold.release',
        thing: TENANT,
        context: context({ stepUpAgeMs: null }),
      },
      forbid,
    );
    expect(refused.policies.map(({ id }) => id)).toEqual(['own/x', 'step-up/hold.release']);
    expect(refused.rule).toBe('own/x');
  });

  test('of several grants all are asked, whenever they were given', () => {
    const grant = (id: string, act: string) =>
      `@id("grant/${id}") permit(principal, action == Action::"${act}", resource);`;
    const nobody = { principal: principal({ role: 'none' }) };
    for (const round of [1, 2, 3]) {
      const id = `${NOW_MS}-${round}-${Math.random()}`;
      const grants = `${grant(id, 'recording.play')} ${grant(`${id}-other`, 'recording.export')}`;
      expect(decide(nobody, '', grants).policies.map((policy) => policy.id)).toEqual([`grant/${id}`]);
    }
  });

  test('a new set is asked and not the one before it', () => {
    for (const source of ['desk', 'trunk', 'desk'])
      expect(decide({}, own('forbid', `resource.source == "${source}"`)).allowed).toBe(source !== 'desk');
  });
});

describe('any question', () => {
  test('is answered, with the policies that decided and all of one effect', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const { allowed, rule, policies: deciding } = authorize(shippedPolicies(), [], asked);
        expect(deciding.every(({ effect }) => effect === (allowed ? 'permit' : 'forbid'))).toBe(true);
        expect(rule).toBe(deciding[0]?.id ?? 'access/default-deny');
        if (allowed) expect(rule).toMatch(new RegExp(`^access/${asked.principal.role}/${asked.act}$`));
      }),
      { numRuns: 500 },
    );
  });

  test('may have another forbid put to it and is never allowed by that', () => {
    const [wide] = policies(
      '@id("own/all") forbid(principal, action, resource) when { context.means == "token" };',
    );
    const narrowed = makePolicySet(1, wide === undefined ? [] : [wide]);
    fc.assert(
      fc.property(questions, (asked) => {
        const before = authorize(shippedPolicies(), [], asked).allowed;
        const after = authorize(narrowed, [], asked).allowed;
        expect(after).toBe(before && asked.context.means !== 'token');
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['no instant', { nowMs: Number.NaN }],
    ['an instant out of range', { nowMs: 1e300 }],
    ['no address', { address: 'localhost' }],
    ['a broken number', { stepUpAgeMs: 0.5 }],
    ['a wrong type', { means: 7 as unknown as 'session' }],
  ])('with %s is refused as undecidable', (_, changed) => {
    expect(decide({ context: context(changed) }).rule).toBe('access/undecidable');
  });

  test('with an IPv4 address in the clothes of IPv6 is one from that address', () => {
    const inside =
      '@id("own/net") forbid(principal, action, resource) unless { context has address && context.address.isInRange(ip("192.0.2.0/24")) };';
    for (const address of ['192.0.2.9', '::ffff:192.0.2.9'])
      expect(decide({ context: context({ address }) }, inside).allowed).toBe(true);
    for (const address of ['198.51.100.1', 'fe80::1%eth0', null])
      expect(decide({ context: context({ address }) }, inside).rule).toBe('own/net');
  });

  test('with nothing in it at all is refused', () => {
    expect(authorize(shippedPolicies(), [], {} as Asked).rule).toBe('access/undecidable');
  });
});
