import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { databaseClock } from '../../recorder-core/records/due-recordings.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** So far two clocks that are looked after are never apart. */
const APART_MS = 5 * 60_000;

/**
 * Refuses what a date brings about while our clock and the database's are apart: one of them is wrong, and a clock that is
 * years ahead makes every recording due, ends every question that waits, and lets everybody leave. Where both jump, the volume of
 * the run stops disposals. `withheld` says in words what is not done.
 * @throws HoldfastError `unavailable`.
 */
export async function requireSaneClock(
  { clockOf = databaseClock }: Pick<ActivityDependencies, 'clockOf'>,
  tx: Tx,
  now: Date,
  withheld = 'nothing is disposed of',
): Promise<void> {
  const apart = Math.abs((await clockOf(tx)).getTime() - now.getTime());
  if (apart <= APART_MS) return;
  throw new HoldfastError(
    'unavailable',
    `The clocks of this machine and of the database are ${Math.round(apart / 1000)} s apart, so ${withheld}. Set the clock that is wrong; then it goes on by itself.`,
    { retryAfterMs: 60_000 },
  );
}
