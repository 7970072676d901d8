import { concernsAct } from '../../recorder-core/authorization/policy-slices.ts';
import { ACTS, heldActs, ROLES, type Act } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { UNKNOWN_CIRCUMSTANCES } from '../identity/circumstances.ts';
import type { Identity } from '../identity/identity.ts';
import { askerOf } from './caller.ts';
import { decideBy, rightsOf } from './decide.ts';

/**
 * The acts that a caller may do at all, for what a console shows: on the tenant, or on some recordings by their role or a grant.
 * Whether one is done is decided anew each time; one that wants a proof of presence is among them.
 */
export async function actsOf(tx: Tx, identity: Identity, now: Date): Promise<Act[]> {
  const { scope, tenantId } = identity;
  const circumstances = { ...UNKNOWN_CIRCUMSTANCES, means: 'machine', scope } as const;
  const asker = askerOf({ ...identity, circumstances }, now);
  const rights = await rightsOf(tx, asker);
  const ofSome = actsOfSome(identity);
  return ACTS.filter(
    (act) =>
      ofSome.has(act) ||
      rights.grants.some(({ json }) => concernsAct(json, act)) ||
      decideBy(rights, asker, act, { type: 'tenant', id: tenantId }).allowed,
  );
}

/** What the role has for recordings of the person's own department only. */
function actsOfSome({ user }: Identity): ReadonlySet<Act> {
  const role = ROLES.find((one) => one === user.role);
  const held = role === undefined ? [] : heldActs(role);
  return new Set(held.filter(({ scope }) => scope === 'department').map(({ act }) => act));
}
