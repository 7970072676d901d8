import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import { context, principal, recording } from '../../test/support/access-questions.ts';
import { authorize } from './authorize.ts';
import { checkPolicies, MOST_POLICIES, MOST_POLICY_BYTES, publishedPolicySet } from './check-policies.ts';
import { shippedPolicies } from './policy-set.ts';

const ONE = `@id("own/one")
@says("One.")
permit(principal, action == Action::"recording.play", resource is Recording)
when { resource.source == "desk" };`;

const faults = (text: string) =>
  checkPolicies(text).faults.map(({ line, policy, message }) => [line, policy, message]);

describe('the check of own policies', () => {
  test('has nothing against a good text, and keeps the order and the lines of its policies', () => {
    const many = Array.from({ length: 12 }, (_, n) => ONE.replace('own/one', `own/n${n}`)).join(
      '\n\n// between\n',
    );
    const { policies, faults: found, warnings } = checkPolicies(`// before\n${many}`);
    expect([found, warnings]).toEqual([[], []]);
    expect(policies.map(({ policy }) => policy.id)).toEqual(
      Array.from({ length: 12 }, (_, n) => `own/n${n}`),
    );
    expect(policies.map(({ line }) => line)).toEqual(Array.from({ length: 12 }, (_, n) => 2 + n * 6));
  });

  test('has nothing against no policy at all', () => {
    expect(checkPolicies('').faults).toEqual([]);
    expect(checkPolicies('// to come').policies).toEqual([]);
  });

  test('names the line where the text cannot be read', () => {
    expect(faults(`${ONE}\n\npermit(principal, action resource);`)).toEqual([
      [6, null, expect.stringContaining('unexpected token')],
    ]);
  });

  test('counts lines after letters of several bytes as people do', () => {
    expect(faults(`// „grün“ – ü\n${ONE.replace('.source', '.sourze')}`)).toEqual([
      [5, 'own/one', expect.stringContaining('`sourze`')],
    ]);
  });

  test.each([
    ['a misspelt attribute', 'resource.departmen == "x"', 'departmen'],
    ['an optional attribute that is not asked for', 'resource.department == "x"', 'department'],
    ['a comparison of different types', 'resource.source == 3', 'types'],
    ['a misspelt context', 'context.nau < datetime("2026-01-01")', 'nau'],
    ['an impossible date', 'context.now < datetime("2026-13-01")', '2026-13-01'],
    ['a number too large', '9007199254740993 > 1', '9007199254740991'],
  ])('refuses %s, with its policy and line', (_, condition, said) => {
    expect(faults(ONE.replace('resource.source == "desk"', condition))).toEqual([
      [expect.any(Number), 'own/one', expect.stringContaining(said)],
    ]);
  });

  test('refuses an unknown act and proposes the one that was meant', () => {
    expect(faults(ONE.replace('recording.play', 'recording.pley'))).toEqual([
      [3, 'own/one', expect.stringMatching(/recording\.pley.*recording\.play/)],
    ]);
  });

  test.each([
    ['no id', '@says("One.") permit(principal, action, resource);', 'no id'],
    [
      'an id of a shipped policy',
      '@id("wall/hr") @says("x.") permit(principal, action, resource);',
      '"wall/hr"',
    ],
    ['an id of a grant', '@id("grant/1") @says("x.") permit(principal, action, resource);', '"grant/1"'],
    ['an odd id', '@id("own/A b") @says("x.") permit(principal, action, resource);', '"own/A b"'],
    ['no sentence', '@id("own/a") permit(principal, action, resource);', 'says nothing'],
    ['an empty sentence', '@id("own/a") @says(" ") permit(principal, action, resource);', 'says nothing'],
    [
      'a step-up of a permit',
      '@id("own/a") @says("x.") @stepUp("60") permit(principal, action, resource);',
      '@stepUp',
    ],
    [
      'a step-up that is no number',
      '@id("own/a") @says("x.") @stepUp("1h") forbid(principal, action, resource);',
      '@stepUp',
    ],
    [
      'an unknown annotation',
      '@id("own/a") @says("x.") @asks("me") forbid(principal, action, resource);',
      '@asks',
    ],
  ])('refuses %s', (_, text, said) => {
    expect(faults(text)).toEqual([
      [1, /@id\("([^"]*)/.exec(text)?.[1] ?? null, expect.stringContaining(said)],
    ]);
  });

  test('refuses an id that stands twice, with both lines', () => {
    expect(faults(`${ONE}\n${ONE}`)).toEqual([[5, 'own/one', expect.stringContaining('line 1')]]);
  });

  test('refuses templates and texts that are too long', () => {
    expect(faults('@id("own/t") @says("x.") permit(principal == ?principal, action, resource);')).toEqual([
      [null, null, expect.stringContaining('template')],
    ]);
    expect(faults(`//${' '.repeat(MOST_POLICY_BYTES)}`)).toEqual([
      [null, null, expect.stringContaining('longer')],
    ]);
  });

  test('refuses what is nested more deeply than a decision can bear; what it takes is decided', () => {
    const chain = (links: number) =>
      ONE.replace(
        'resource.source == "desk"',
        Array.from({ length: links }, () => 'resource.held').join(' && '),
      );
    const asked = {
      principal: principal({ role: 'none' }),
      act: 'recording.play',
      thing: recording({ held: true }),
      context: context(),
    } as const;
    for (const links of [10, 50])
      expect(authorize(publishedPolicySet(1, chain(links)), [], asked).rule).toBe('own/one');
    for (const links of [60, 100])
      expect(faults(chain(links))).toEqual([[1, 'own/one', expect.stringContaining('nested too deeply')]]);
    const last = Array.from({ length: 10 }, (_, links) => 50 + links).findLast(
      (links) => faults(chain(links)).length === 0,
    );
    expect(authorize(publishedPolicySet(1, chain(last ?? 50)), [], asked).rule).toBe('own/one');
  });

  test('never throws', () => {
    const pieces = fc.constantFrom(...ONE.split(/(?<=\W)/), '"', '\u0000', 'ü', '}', '{', '//', '\n', '@');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (text) => {
        const { policies, faults: found } = checkPolicies(text.join(''));
        expect(policies.length + found.length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
  });

  test('lists faults in the order of the text, whether of form or of type', () => {
    const text = [
      ONE.replace('own/one', 'own/first').replace('.source', '.sourze'),
      '@says("x.") permit(principal, action, resource);',
      ONE.replace('own/one', 'own/third').replace('.source', '.sourcy'),
      '@id("own/fourth") permit(principal, action, resource);',
    ].join('\n');
    expect(faults(text)).toEqual([
      [4, 'own/first', expect.stringContaining('`sourze`')],
      [5, null, expect.stringContaining('no id')],
      [9, 'own/third', expect.stringContaining('`sourcy`')],
      [10, 'own/fourth', expect.stringContaining('says nothing')],
    ]);
  });

  test.each([0, 11])('speaks of policy %i by its id and not by its number', (bad) => {
    const text = Array.from({ length: 12 }, (_, n) =>
      ONE.replace('own/one', `own/n${n}`).replace('.source', n === bad ? '.sourze' : '.source'),
    ).join('\n');
    expect(faults(text)).toEqual([
      [
        4 + bad * 4,
        `own/n${bad}`,
        'attribute `sourze` on entity type `Recording` not found; did you mean `source`?',
      ],
    ]);
  });

  test('warns of a policy that can never apply, and takes it', () => {
    const never = ONE.replace('own/one', 'own/never').replace('resource.source == "desk"', 'false');
    const { policies, faults: found, warnings } = checkPolicies(`${ONE}\n${never}`);
    expect(policies.map(({ policy }) => policy.id)).toEqual(['own/one', 'own/never']);
    expect(found).toEqual([]);
    expect(warnings).toEqual([
      {
        line: 5,
        policy: 'own/never',
        message: 'policy is impossible: the policy expression evaluates to false for all valid requests',
      },
    ]);
  });

  test.each(['permit(', `//${' '.repeat(MOST_POLICY_BYTES)}`])(
    'gives neither policies nor warnings of a text that it does not read',
    (text) => {
      expect(checkPolicies(text)).toEqual({
        policies: [],
        faults: [{ line: text === 'permit(' ? 1 : null, policy: null, message: expect.any(String) }],
        warnings: [],
      });
    },
  );

  test.each(['1', '60', '300', '999999'])('takes a step-up of %s seconds of a forbid', (seconds) => {
    const text = `@id("own/a") @says("x.") @stepUp("${seconds}") forbid(principal, action, resource);`;
    expect(faults(text)).toEqual([]);
  });

  test.each(['0', '060', 'x60', '60s', '-60', '1000000', ''])(
    'refuses a step-up of "%s" even of a forbid',
    (seconds) => {
      const text = `@id("own/a") @says("x.") @stepUp("${seconds}") forbid(principal, action, resource);`;
      expect(faults(text)).toEqual([
        [1, 'own/a', '@stepUp is for a forbid, with a number of seconds: @stepUp("300").'],
      ]);
    },
  );

  test('takes a text of exactly the most bytes, and counts bytes rather than letters', () => {
    expect(faults(`//${' '.repeat(MOST_POLICY_BYTES - 2)}`)).toEqual([]);
    const refused = [[null, null, `The text is longer than ${MOST_POLICY_BYTES} bytes.`]];
    expect(faults(`//${' '.repeat(MOST_POLICY_BYTES - 1)}`)).toEqual(refused);
    expect(faults(`//${'ü'.repeat(MOST_POLICY_BYTES / 2)}`)).toEqual(refused);
  });

  test('takes exactly the most policies and refuses one more', () => {
    const many = (count: number) =>
      Array.from(
        { length: count },
        (_, n) => `@id("own/n${n}")@says("x.")permit(principal,action,resource);`,
      ).join('\n');
    const most = checkPolicies(many(MOST_POLICIES));
    expect([most.policies.length, most.faults]).toEqual([MOST_POLICIES, []]);
    expect(checkPolicies(many(MOST_POLICIES + 1))).toEqual({
      policies: [],
      faults: [{ line: null, policy: null, message: `These are more than ${MOST_POLICIES} policies.` }],
      warnings: [],
    });
  });
});

describe('a published text', () => {
  test('that cannot be read says which version and what is amiss on which lines', () => {
    const text = `${ONE.replace('own/one', 'wall/hr')}\n${ONE}\n${ONE}`;
    expect(() => publishedPolicySet(7, text)).toThrow(
      expect.objectContaining({
        code: 'integrity_failed',
        message: expect.stringContaining('Version 7 of the access policies cannot be read'),
        detail:
          'line 1: The id "wall/hr" is not one of ours: own/ and words in lower case, such as own/hr-calls.; ' +
          'line 9: The id own/one stands on line 5 already. Each policy has an id of its own.',
      }),
    );
  });

  test('is the shipped policies and its own', () => {
    const set = publishedPolicySet(3, ONE);
    expect(set.version).toBe(3);
    expect(set.policies.map(({ id }) => id)).toEqual([
      ...shippedPolicies().policies.map(({ id }) => id),
      'own/one',
    ]);
  });

  test.each(['permit(', ONE.replace('own/one', 'wall/hr')])(
    'that was changed by hand is refused whole',
    (text) => {
      let thrown: unknown;
      try {
        publishedPolicySet(3, text);
      } catch (error) {
        thrown = error;
      }
      expect(isHoldfastError(thrown) && thrown.code).toBe('integrity_failed');
    },
  );
});
