import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from '@jest/globals';
import { heldActs, ROLES } from '../policy/access.ts';
import { STEP_UP_ACTS, STEP_UP_SECONDS } from '../policy/step-up.ts';
import { policyOf } from './compiled-policy.ts';
import { shippedTexts, WALLED } from './shipped-texts.ts';

const policies = shippedTexts().map((text) => {
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(text);
  return policyOf(answer.json);
});
const conditionOf = (id: string): string =>
  JSON.stringify(policies.find((policy) => policy.id === id)?.json.conditions);

describe('the shipped policies', () => {
  test('are those of the table of roles, then walls, restriction, residency and proofs, in this order', () => {
    expect(policies.map(({ id }) => id)).toEqual([
      ...ROLES.flatMap((role) => heldActs(role).map(({ act }) => `access/${role}/${act}`)),
      ...WALLED.map((name) => `wall/${name}`),
      'restriction/role',
      'restriction/no-purpose',
      'restriction/other-purpose',
      'residency/transfer',
      ...STEP_UP_ACTS.map((act) => `step-up/${act}`),
      'step-up/bulk-playback',
    ]);
  });

  test('allow by role and forbid by all others', () => {
    for (const { id, effect, says } of policies) {
      expect([id, effect]).toEqual([id, id.startsWith('access/') ? 'permit' : 'forbid']);
      expect(says).not.toBe('');
    }
  });

  test('bind a role to its own department where the table says so, and let it ask for the list as a whole', () => {
    for (const role of ROLES)
      for (const { act, scope } of heldActs(role)) {
        const policy = policies.find(({ id }) => id === `access/${role}/${act}`);
        const conditions = JSON.stringify(policy?.json.conditions);
        const words = `The role ${role.replaceAll('_', ' ')} has ${act}`;
        if (scope === 'tenant') {
          expect([policy?.says, conditions]).toEqual([`${words}.`, '[]']);
          continue;
        }
        expect(policy?.says).toBe(`${words} for recordings of your own department.`);
        expect(conditions).toContain('department');
        expect(conditions.includes('"entity_type":"Tenant"')).toBe(act === 'recording.list');
      }
  });

  test('ask for a proof that is five minutes old at most, from people and not from machines', () => {
    const asking = policies.filter(({ stepUpSeconds }) => stepUpSeconds !== null);
    expect(asking.map(({ id }) => id)).toEqual([
      ...STEP_UP_ACTS.map((act) => `step-up/${act}`),
      'step-up/bulk-playback',
    ]);
    for (const { id, says, stepUpSeconds } of asking) {
      expect(stepUpSeconds).toBe(STEP_UP_SECONDS);
      expect(says).toMatch(/no older than 5 minutes\.$/);
      expect(conditionOf(id)).toContain('"machine"');
      expect(conditionOf(id)).toContain(String(STEP_UP_SECONDS * 1_000));
    }
    expect(conditionOf('step-up/bulk-playback')).toContain('"Value":20');
  });

  test('open each wall by the group of its name alone', () => {
    for (const name of WALLED) {
      expect(conditionOf(`wall/${name}`)).toContain(`{"type":"Group","id":"${name}"}`);
      expect(policies.find(({ id }) => id === `wall/${name}`)?.ask).toContain(`the group ${name}`);
    }
  });
});
