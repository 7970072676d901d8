import type { Outcome } from '../../connectors/kit/outcome.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { ConnectionRun } from './run-on-connection.ts';
import { storeReceipt } from './store-receipt.ts';

/**
 * Runs one operation and keeps its receipt. What may succeed later is thrown, so
 * that Temporal comes again after the time the other side asked for; what is
 * final is answered.
 */
export async function settle(
  deps: ActivityDependencies,
  run: ConnectionRun,
): Promise<{ outcome: Outcome['outcome'] }> {
  const outcome = await deps.runOnConnection(run);
  await storeReceipt(deps, run, outcome);
  if (outcome.outcome === 'done' || outcome.error.retry === 'never') return { outcome: outcome.outcome };
  throw new HoldfastError(
    'unavailable',
    `The connection did not complete the operation: ${outcome.error.title}`,
    {
      ...(outcome.error.afterMs === undefined ? {} : { retryAfterMs: outcome.error.afterMs }),
    },
  );
}
