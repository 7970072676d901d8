import type { KeyDependencies } from '../../activities/dependencies.ts';
import { completeDisposals } from '../../activities/keys/complete-disposals.ts';
import { destroyRoots } from '../../activities/keys/destroy-roots.ts';
import { openKeyPeriod } from '../../activities/keys/open-key-period.ts';
import { rewrapKeys } from '../../activities/keys/rewrap-keys.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { rewrapCredential } from '../connections/credential-envelope.ts';
import type { Resources } from './open-resources.ts';

/** What came of an attempt to close a period of keys. */
export interface PeriodClosing {
  readonly rewrapped: number;
  readonly replaced: number;
  readonly completed: number;
  /** Null while it waits, or without tenants. */
  readonly beyondRecoveryAt: string | null;
  /** Why the old root keys are not destroyed yet; empty when they are. */
  readonly waitingFor: readonly string[];
}

/** Keys wrapped anew in one step. */
const STEP = 100;

/**
 * Closes a period of keys by the steps of the workflow `keyPeriodClose`, once through and without Temporal. Where it has to
 * wait it says for what; call it again. Safe beside the workflow.
 */
export async function closeKeyPeriod(deps: KeyDependencies): Promise<PeriodClosing> {
  const counted = { rewrapped: 0, replaced: 0, completed: 0 };
  const { periodId } = await openKeyPeriod(deps)({});
  if (periodId === null) return { ...counted, beyondRecoveryAt: null, waitingFor: [] };
  for (let more = true; more;) {
    const done = await rewrapKeys(deps)({ periodId, limit: STEP });
    counted.rewrapped += done.rewrapped;
    counted.replaced += done.replaced;
    more = done.more;
  }
  const answer = await destroyRoots(deps)({ periodId });
  if (answer.outcome === 'waiting')
    return { ...counted, beyondRecoveryAt: null, waitingFor: answer.blockers };
  for (let more = true; more;) {
    const done = await completeDisposals(deps)({ limit: STEP });
    counted.completed += done.completed;
    more = done.more;
  }
  return { ...counted, beyondRecoveryAt: answer.beyondRecoveryAt, waitingFor: [] };
}

/** Runs `work` with what the steps need, from the resources of a command. */
export async function withKeyWork<T>(
  { config, db, keys, objects, archive, newId }: Resources,
  work: (deps: KeyDependencies) => Promise<T>,
): Promise<T> {
  const dispatcher = openPool(config.postgresDispatcherUrl, 1);
  try {
    return await work({
      db,
      dispatcher,
      keys,
      objects,
      archive: await archive(),
      rewrapCredential: (tenantId, connectionId, sealed) =>
        rewrapCredential(keys, tenantId, connectionId, sealed),
      newId,
      now: () => new Date(),
    });
  } finally {
    await dispatcher.end();
  }
}
