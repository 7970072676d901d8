import { condition } from '@temporalio/workflow';

/** Looked at again this soon where the clock of the database and ours disagree about what is due. */
const LEAST_WAIT_MS = 1_000;

/** Milliseconds until an instant that a row names; never so few that a run would turn round and round. */
export function msUntil(instant: string): number {
  return Math.max(LEAST_WAIT_MS, Date.parse(instant) - Date.now());
}

/** Waits until something was told, or until the next instant that a row names, where it names one. */
export async function untilTold(told: () => boolean, nextAt: string | null): Promise<void> {
  if (nextAt === null) await condition(told);
  else await condition(told, msUntil(nextAt));
}
