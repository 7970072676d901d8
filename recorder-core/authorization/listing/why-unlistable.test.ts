import { describe, expect, it } from '@jest/globals';
import { checkPolicies } from '../check-policies.ts';

const policyWhen = (condition: string): string => `@id("own/a")
@says("Something.")
permit(principal, action == Action::"recording.play", resource is Recording)
when { ${condition} };`;

const faultsOf = (condition: string): string[] =>
  checkPolicies(policyWhen(condition)).faults.map(({ message }) => message);

describe('a policy by which lists cannot be filtered', () => {
  it('is refused before it is published: conditions within conditions make its formula grow without bounds', () => {
    const nested = (depth: number): string =>
      depth === 0 ? '"eu"' : `(if resource.held then ${nested(depth - 1)} else resource.region)`;
    expect(faultsOf(`${nested(8)} == "eu"`)).toEqual([]);
    expect(faultsOf(`${nested(9)} == "eu"`)).toEqual([
      'The policy has 9 times if-then-else, so lists could not be filtered by it. Write at most 8, or several policies.',
    ]);
  });
});
