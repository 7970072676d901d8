import type { Outcome } from '../../connectors/kit/outcome.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { ConnectionRun } from './run-on-connection.ts';
import { storeReceipt, type KeepOutcome } from './store-receipt.ts';

/**
 * Runs one operation and keeps its receipt. What may succeed later is thrown, so
 * that Temporal comes again after the time the other side asked for; what is
 * final is answered. `also` keeps more of the outcome, in the transaction of the receipt.
 */
export async function settle(
  deps: ActivityDependencies,
  run: ConnectionRun,
  also?: KeepOutcome,
): Promise<{ outcome: Outcome['outcome'] }> {
  const outcome = await deps.runOnConnection(run);
  await storeReceipt(deps, run, outcome, also);
  if (outcome.outcome === 'done' || outcome.error.retry === 'never') return { outcome: outcome.outcome };
  throw new HoldfastError(
    'unavailable',
    `The connection did not complete the operation: ${outcome.error.title}`,
    {
      ...(outcome.error.afterMs === undefined ? {} : { retryAfterMs: outcome.error.afterMs }),
    },
  );
}
