import { expect, test } from '@jest/globals';
import { checkPolicies } from './check-policies.ts';
import { outlineOf } from './policy-outline.ts';

const TEXT = `@id("own/a") @says("Auditors hear complaints.")
permit(principal in Role::"auditor", action == Action::"recording.play", resource is Recording)
when { resource has classification && resource.classification == "complaint" };
@id("own/b") @says("Nobody of the board exports at night.")
forbid(principal in Group::"Board", action in [Action::"recording.export", Action::"export.approve"], resource)
unless { context has purpose && context.purpose == "court" };
@id("own/c") @says("Nothing for nobody.")
forbid(principal, action, resource);`;

test('a policy is outlined by who, which acts, on what and under which conditions', () => {
  const { policies, faults } = checkPolicies(TEXT);
  expect(faults).toEqual([]);
  expect(policies.map(({ policy }) => outlineOf(policy.json))).toEqual([
    {
      effect: 'permit',
      who: { kind: 'role', name: 'auditor' },
      acts: ['recording.play'],
      on: 'recordings',
      conditions: [
        { kind: 'when', text: 'resource has classification' },
        { kind: 'when', text: 'resource.classification == "complaint"' },
      ],
    },
    {
      effect: 'forbid',
      who: { kind: 'group', name: 'Board' },
      acts: ['recording.export', 'export.approve'],
      on: 'everything',
      conditions: [
        {
          kind: 'unless',
          text: expect.stringMatching(/context has purpose.*&&.*context\.purpose == "court"/),
        },
      ],
    },
    { effect: 'forbid', who: { kind: 'everybody', name: '' }, acts: [], on: 'everything', conditions: [] },
  ]);
});
