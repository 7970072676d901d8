import { describe, expect, test } from '@jest/globals';
import { NOW_MS } from '../../test/support/access-questions.ts';
import { accessExample, runExamples } from './access-example.ts';
import { checkPolicies } from './check-policies.ts';
import { makePolicySet, shippedPolicies } from './policy-set.ts';

const LEAD = { role: 'supervisor', department: 'sales' };

function run(example: object, own = '') {
  const { policies } = checkPolicies(own);
  const set = makePolicySet(
    1,
    policies.map(({ policy }) => policy),
  );
  const [result] = runExamples(set, [accessExample.parse({ name: 'It is so', ...example })], NOW_MS);
  return result;
}

describe('an example', () => {
  test('passes where the policies answer as it says, by the policy that it names', () => {
    const recording = { department: 'sales', classification: 'hr' };
    const refused = { person: LEAD, act: 'recording.play', recording, expect: 'refused' };
    expect(run({ ...refused, by: 'wall/hr' })).toMatchObject({ passed: true, difference: null });
    expect(run({ ...refused, by: 'own/x' })).toMatchObject({
      passed: false,
      difference: 'It is refused as expected, and not by own/x but by wall/hr.',
    });
    expect(run({ ...refused, expect: 'allowed' })).toMatchObject({
      passed: false,
      difference: 'It is refused, by wall/hr.',
    });
  });

  test('names the rule where no policy decides', () => {
    const asked = { person: {}, act: 'recording.play', expect: 'refused' };
    expect(run({ ...asked, by: 'access/default-deny' })).toMatchObject({ passed: true });
    expect(run({ ...asked, by: 'own/x' })?.difference).toBe(
      'It is refused as expected, and not by own/x but by access/default-deny.',
    );
  });

  test('has a fresh proof, a recording of yesterday and the moment of the check where it says nothing', () => {
    const own = `@id("own/old") @says("Old.") forbid(principal, action, resource is Recording)
      when { context.now.durationSince(resource.startedAt) > duration("1d") };`;
    const play = { person: LEAD, act: 'recording.play', expect: 'allowed' };
    expect(run({ ...play, recording: { department: 'sales' } }, own)?.passed).toBe(true);
    const startedAt = new Date(NOW_MS - 86_400_001).toISOString();
    expect(run({ ...play, recording: { department: 'sales', startedAt } }, own)?.decision.rule).toBe(
      'own/old',
    );
    const at = '2030-01-01T00:00:00Z';
    const later = { ...play, recording: { department: 'sales', startedAt }, circumstances: { at } };
    expect(run(later, own)?.decision.rule).toBe('own/old');
    const release = { person: { role: 'administrator' }, act: 'hold.release', expect: 'allowed' };
    expect(run(release)?.passed).toBe(true);
    for (const stepUpAgeSeconds of [301, null])
      expect(run({ ...release, circumstances: { stepUpAgeSeconds } })?.decision.rule).toBe(
        'step-up/hold.release',
      );
    expect(run({ ...release, circumstances: { stepUpAgeSeconds: 300 } })?.passed).toBe(true);
  });

  test('counts recent plays, knows purposes, addresses and who took part', () => {
    const own = `@id("own/own") @says("Own.") permit(principal, action, resource is Recording)
      when { resource.ownOf.contains(principal) && context has address && context.address.isInRange(ip("192.0.2.0/24"))
             && context has purpose && context.purpose == "own-copy" };`;
    const circumstances = { address: '192.0.2.1', purpose: 'own-copy' };
    const asked = {
      person: { id: 'me' },
      act: 'recording.play',
      recording: { ownOf: ['me'] },
      expect: 'allowed',
    };
    expect(run({ ...asked, circumstances, by: 'own/own' }, own)?.passed).toBe(true);
    expect(run({ ...asked, circumstances: { ...circumstances, address: '198.51.100.1' } }, own)?.passed).toBe(
      false,
    );
    const bulk = { ...circumstances, recentPlays: 20, stepUpAgeSeconds: null };
    expect(run({ ...asked, circumstances: bulk }, own)?.decision.rule).toBe('step-up/bulk-playback');
  });

  test.each([
    ['an unknown act', { act: 'recording.sing' }],
    ['no name', { name: ' ' }],
    ['a misspelt attribute', { recording: { departmnt: 'x' } }],
    ['an address that is none', { circumstances: { address: 'here' } }],
  ])('with %s is not one', (_, amiss) => {
    const good = { name: 'It is so', person: LEAD, act: 'recording.play', expect: 'allowed' };
    expect(accessExample.safeParse(good).success).toBe(true);
    expect(accessExample.safeParse({ ...good, ...amiss }).success).toBe(false);
  });

  test('leaves the shipped policies as they are', () => {
    expect(runExamples(shippedPolicies(), [], NOW_MS)).toEqual([]);
  });
});
