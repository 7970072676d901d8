import { setTimeout as delay } from 'node:timers/promises';
import type { BudgetClock } from './connection-budget.ts';

/** The real clock, for the outermost edge. */
export const systemClock: BudgetClock = {
  now: () => Date.now(),
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};
