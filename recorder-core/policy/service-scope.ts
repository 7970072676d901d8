import { ACTS, type Act } from './access.ts';
import { STEP_UP_ACTS } from './step-up.ts';

/**
 * Acts that only a person may do: what a second person decides loses its sense where a program decides it, and a machine
 * that may make accounts of machines can never be stopped.
 */
const OF_PEOPLE: ReadonlySet<Act> = new Set<Act>([
  'approval.decide',
  'export.approve',
  'policy.approve',
  'disposal.approve',
  'hold.release',
  'payload.decode',
  'grant.request',
  'grant.manage',
  'grant.approve',
  'break-glass.use',
  'break-glass.review',
  'access-policy.manage',
  'identity-provider.manage',
  'service.manage',
  'session.manage',
  'user.manage',
]);

/** What else than an act of people a machine may be let do: `scim` is to send people and groups. */
export const MACHINE_SCOPES = ['scim'] as const;

/** Everything that the scope of a machine may have in it. */
export const SCOPES: readonly string[] = [...ACTS.filter(isForMachines), ...MACHINE_SCOPES];

/** What asks for a fresh proof of presence is refused to machines in any case, so it is not offered to them. */
function isForMachines(act: Act): boolean {
  return !OF_PEOPLE.has(act) && !(STEP_UP_ACTS as readonly Act[]).includes(act);
}

/** Those of a wished scope that no machine may have, in their order. */
export function unfitForMachines(scope: readonly string[]): readonly string[] {
  return scope.filter((each) => !SCOPES.includes(each));
}
