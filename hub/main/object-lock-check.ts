import type { Database } from '../../recorder-core/records/database.ts';
import { readNewestProbe } from '../../recorder-core/records/object-store-probes.ts';
import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';
import type { ReadinessCheck } from './readiness.ts';

/** Probes come daily; one that is older than two has missed a day. */
const OLD_MS = 50 * 3_600_000;

/**
 * What the last probe of the object store found. Dispensable: a store that lies keeps nobody from working, but it is not
 * shown as one that keeps its word.
 */
export function objectLockCheck(
  db: Database,
  tenantId: string,
  { lock }: Pick<ObjectStore, 'lock'>,
  now: () => Date,
): ReadinessCheck {
  return {
    name: 'object-lock',
    dispensable: true,
    async run() {
      if (lock === undefined) return 'No locks are used in the object store.';
      const probe = await db.forTenant(tenantId, readNewestProbe);
      if (probe === undefined)
        throw new Error('The object store has not been probed yet; a worker does so when it starts.');
      if (probe.verdict !== 'worm')
        throw new Error(
          'The object store is not WORM: it broke what its locks promise. The live page says which promises.',
        );
      if (now().getTime() - Date.parse(probe.probedAt) > OLD_MS)
        throw new Error(
          `The object store was last probed at ${probe.probedAt}; see whether a worker runs and reaches it.`,
        );
      return `The object store kept its ${lock.mode} locks when it was probed at ${probe.probedAt}.`;
    },
  };
}
