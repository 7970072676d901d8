import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  askToEvict,
  countAnswers,
  listUnanswered,
  type Eviction,
} from '../../recorder-core/records/key-leases.ts';
import { readTombstone } from '../../recorder-core/records/tombstones.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Between two looks at who has answered. */
const LOOK_MS = 250;
/** Every process beats within a second or two, and a lease lasts 15 s: longer than this is a fault, and is tried again. */
const LIMIT_MS = 50_000;

/**
 * See `LifecycleActivities.evictKeys`. The tombstone stands already, so nothing begins anew: whoever takes its lease after
 * the request does not find the keys any more.
 */
export function evictKeys(deps: ActivityDependencies): LifecycleActivities['evictKeys'] {
  return async ({ tenantId, recordingId }) => {
    const tombstone = await deps.db.forTenant(tenantId, (tx) => readTombstone(tx, recordingId));
    if (tombstone === undefined) return { processes: 0 };
    return evict(deps, tenantId, { id: tombstone.id, recordingId });
  };
}

/** Asks every process to let go of a recording, and waits until each has. @throws HoldfastError `timeout` naming those that do not. */
export async function evict(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'pause'>,
  tenantId: string,
  eviction: Eviction,
): Promise<{ processes: number }> {
  await deps.db.forTenant(tenantId, (tx) => askToEvict(tx, tenantId, eviction));
  const end = deps.now().getTime() + LIMIT_MS;
  for (;;) {
    const left = await deps.db.forTenant(tenantId, (tx) => listUnanswered(tx, eviction.id));
    if (left.length === 0) break;
    if (deps.now().getTime() > end) throw stuck(left.map(({ role, node }) => `${role} on ${node}`));
    await deps.pause(LOOK_MS);
  }
  return { processes: await deps.db.forTenant(tenantId, (tx) => countAnswers(tx, eviction.id)) };
}

function stuck(processes: readonly string[]): HoldfastError {
  return new HoldfastError(
    'timeout',
    `These processes live and do not let go of the keys: ${processes.join(', ')}. Nothing was destroyed; it is tried again. Restart them if it stays so.`,
  );
}
