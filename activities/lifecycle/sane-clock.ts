import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { databaseClock } from '../../recorder-core/records/due-recordings.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** So far two clocks that are looked after are never apart. */
const APART_MS = 5 * 60_000;

/**
 * Refuses to dispose of anything while our clock and the database's are apart: one of them is wrong, and a clock that is
 * years ahead makes every recording due. Where both jump, the volume of the run stops it.
 * @throws HoldfastError `unavailable`.
 */
export async function requireSaneClock(
  { clockOf = databaseClock }: Pick<ActivityDependencies, 'clockOf'>,
  tx: Tx,
  now: Date,
): Promise<void> {
  const apart = Math.abs((await clockOf(tx)).getTime() - now.getTime());
  if (apart <= APART_MS) return;
  throw new HoldfastError(
    'unavailable',
    `The clocks of this machine and of the database are ${Math.round(apart / 1000)} s apart, so nothing is disposed of. Set the clock that is wrong; the next sweep goes on.`,
    { retryAfterMs: 60_000 },
  );
}
