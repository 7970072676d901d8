import { ACTS, type Act } from './access.ts';

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
  'service.manage',
  'session.manage',
  'user.manage',
]);

/** What else than an act of people a machine may be let do: `scim` is to send people and groups. */
export const MACHINE_SCOPES = ['scim'] as const;

/** Everything that the scope of a machine may have in it. */
export const SCOPES: readonly string[] = [...ACTS.filter((act) => !OF_PEOPLE.has(act)), ...MACHINE_SCOPES];

/** Those of a wished scope that no machine may have, in their order. */
export function unfitForMachines(scope: readonly string[]): readonly string[] {
  return scope.filter((each) => !SCOPES.includes(each));
}
