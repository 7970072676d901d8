/** Whether policies would lock out everybody who could change them. */
import type { AccessContext, Principal } from './asked.ts';
import { authorize } from './authorize.ts';
import type { PolicySet } from './policy-set.ts';
import type { Act } from '../policy/access.ts';

/** What one person needs who drafts policies, and what the other needs who publishes them. */
const MAKES: readonly Act[] = ['access-policy.read', 'access-policy.manage'];
const PUBLISHES: readonly Act[] = ['access-policy.read', 'approval.decide', 'access-policy.publish'];

/**
 * Whether under these policies one of the people could still draft others, and another one publish them, in one of the
 * circumstances given. Grants do not count: they end.
 */
export function canBeChanged(
  set: PolicySet,
  people: readonly Principal[],
  circumstances: readonly AccessContext[],
): boolean {
  const may = (principal: Principal, acts: readonly Act[]): boolean =>
    circumstances.some((context) =>
      acts.every(
        (act) =>
          authorize(set, [], { principal, act, thing: { type: 'tenant', id: 'tenant' }, context }).allowed,
      ),
    );
  const users = people.filter(({ kind }) => kind === 'user');
  const publishers = users.filter((person) => may(person, PUBLISHES));
  return users.some((maker) => publishers.some(({ id }) => id !== maker.id) && may(maker, MAKES));
}
