import type { KeyActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { completeDisposals } from './complete-disposals.ts';
import { destroyRoots } from './destroy-roots.ts';
import { openKeyPeriod } from './open-key-period.ts';
import { rewrapKeys } from './rewrap-keys.ts';

/** What the closing of a period of keys does, bound. */
export function keyActivities(deps: ActivityDependencies): KeyActivities {
  return {
    openKeyPeriod: openKeyPeriod(deps),
    rewrapKeys: rewrapKeys(deps),
    destroyRoots: destroyRoots(deps),
    completeDisposals: completeDisposals(deps),
  };
}
