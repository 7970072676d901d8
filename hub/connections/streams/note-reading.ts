import type { StreamRef } from '../../../activities/contract.ts';
import { isRemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { isHoldfastError } from '../../../recorder-core/errors.ts';
import {
  noteStreamFailure,
  noteStreamRead,
  type ConnectionCheckpoint,
} from '../../../recorder-core/records/connection-checkpoints.ts';
import type { StreamDependencies } from './stream-reader.ts';

type Deps = Pick<StreamDependencies, 'db' | 'now'>;

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Notes that a stream was read to its end, and when it is read next. */
export async function noteRead({ db, now }: Deps, ref: StreamRef, everySec: number): Promise<void> {
  const at = now();
  const dueAt = new Date(at.getTime() + everySec * 1000);
  await db.forTenant(ref.tenantId, (tx) => noteStreamRead(tx, ref, { at, dueAt }));
}

/**
 * Notes why a stream could not be read, and when it is tried again: as the other side asks, and at the longest after an hour,
 * so that a peer that comes back is heard within one.
 */
export async function noteFailure(
  { db, now }: Deps,
  ref: StreamRef,
  { failures }: Pick<ConnectionCheckpoint, 'failures'>,
  error: unknown,
): Promise<void> {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS);
  const asked = isRemoteFailure(error) ? (error.remoteError.afterMs ?? 0) : 0;
  const dueAt = new Date(now().getTime() + Math.max(pause, asked));
  const failure = { ...problemOf(error), dueAt };
  await db.forTenant(ref.tenantId, (tx) => noteStreamFailure(tx, ref, failure));
}

function problemOf(error: unknown): { readonly problem: string; readonly problemClass: string } {
  if (isRemoteFailure(error))
    return { problem: error.remoteError.title, problemClass: error.remoteError.class };
  if (isHoldfastError(error)) return { problem: error.message, problemClass: error.code };
  return {
    problem: 'Something went wrong here; the log of the worker has the details.',
    problemClass: 'internal',
  };
}
