import type { PolicyActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { activateRules } from './activate-rules.ts';
import { noteRecomputed, recomputeDates } from './recompute-dates.ts';

/** What brings rules into force, bound. */
export function policyActivities(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'packs'>,
): PolicyActivities {
  return {
    activateRules: activateRules(deps),
    recomputeDates: recomputeDates(deps),
    noteRecomputed: noteRecomputed(deps),
  };
}
