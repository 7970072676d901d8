import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { lockDateOf } from '../../recorder-core/policy/lock-date.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import type { ObjectLock } from '../../recorder-core/vault/object-lock.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The lock that a recording's objects are to have. */
interface WantedLock {
  readonly prefix: string;
  readonly until: Date | null;
  readonly held: boolean;
  /** Of the recording, when this was decided. */
  readonly revision: number;
}

/**
 * See `LifecycleActivities.lockObjects`. Two of these at once, for two changes, end at the newest: each looks again
 * after it has acted, so whoever acts last has seen the last change.
 */
export function lockObjects(deps: ActivityDependencies): LifecycleActivities['lockObjects'] {
  return async ({ tenantId, recordingId }) => {
    const { lock } = deps.objects;
    if (lock === undefined) return { locked: 0 };
    const ask = () => deps.db.forTenant(tenantId, (tx) => decideLock(deps, tx, tenantId, recordingId));
    let wanted = await ask();
    while (wanted !== undefined) {
      const locked = await lockAll(deps, lock, wanted);
      const now = await ask();
      if (now === undefined || now.revision === wanted.revision) return { locked };
      wanted = now;
    }
    return { locked: 0 };
  };
}

/** Recordings of a page that are locked at once: the store answers slower than the database asks. */
const AT_ONCE = 8;

/** See `LifecycleActivities.lockManyObjects`. */
export function lockManyObjects(deps: ActivityDependencies): LifecycleActivities['lockManyObjects'] {
  return async ({ tenantId, recordingIds }) => {
    if (deps.objects.lock === undefined) return { failed: [] };
    const left = [...recordingIds];
    const failed: string[] = [];
    const lane = async (): Promise<void> => {
      for (let recordingId = left.shift(); recordingId !== undefined; recordingId = left.shift())
        try {
          await lockObjects(deps)({ tenantId, recordingId });
        } catch {
          failed.push(recordingId); // it is asked for by itself, and says then what is wrong
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return { failed };
  };
}

/** Undefined where nothing is to be locked: the recording is gone, or on its way out. */
async function decideLock(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  recordingId: string,
): Promise<WantedLock | undefined> {
  const recording = await readRecording(tx, recordingId);
  if (recording?.state !== 'retained') return undefined;
  const { decision } = await decideRecording(tx, recording, deps.now(), await deps.packs.current(tx));
  const until = lockDateOf(decision);
  return {
    prefix: objectKey({ region: recording.region, tenantId, recordingId }, ''),
    until: until === null ? null : new Date(until),
    held: recording.held,
    revision: recording.revision,
  };
}

async function lockAll(
  deps: ActivityDependencies,
  lock: ObjectLock,
  { prefix, until, held }: WantedLock,
): Promise<number> {
  let locked = 0;
  for await (const { key } of deps.objects.list(prefix)) {
    // A store takes no date that has passed, and none is needed then.
    if (until !== null && until > deps.now()) await lock.retainUntil(key, until);
    await lock.setLegalHold(key, held);
    locked += 1;
  }
  return locked;
}
