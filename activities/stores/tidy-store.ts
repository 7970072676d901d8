import { removeCanaries } from '../../recorder-core/vault/probe-object-store.ts';
import type { StoreActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** A write of our own ends within the hour; an older one was killed. */
const ABANDONED_MS = 24 * 3_600_000;

/** See `StoreActivities.tidyStore`. */
export function tidyStore(deps: ActivityDependencies): StoreActivities['tidyStore'] {
  return async () => {
    const abandoned = await deps.objects.removeAbandoned(new Date(deps.now().getTime() - ABANDONED_MS));
    return { abandoned, canariesLeft: await removeCanaries(deps.objects.canaries) };
  };
}
