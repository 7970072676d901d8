import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError } from '../../connectors/kit/remote-error.ts';
import { isHoldfastError, type HoldfastError } from '../../recorder-core/errors.ts';
import type { ClaimedBatch, QueueWork } from './deliver-due.ts';
import type { SentOutcomes } from './send-batch.ts';
import { settleBatch, type SentDelivery } from './settle-batch.ts';

/** Sends what was prepared, in as few calls as can be, and settles each call before the next. */
export async function sendPrepared(
  work: QueueWork,
  claim: ClaimedBatch,
  prepared: readonly SentDelivery[],
): Promise<void> {
  let { gate } = claim;
  for (const deliveries of callsOf(prepared)) {
    const failed = await sendCall(work, { ...claim, gate }, deliveries);
    if (failed) gate = { ...gate, failures: gate.failures + 1 };
  }
}

/** One call an operation and version of the connection; what failed together with others goes alone. */
function callsOf(prepared: readonly SentDelivery[]): SentDelivery[][] {
  const calls = Map.groupBy(prepared, ({ operation, delivery }) =>
    delivery.alone ? delivery.id : `${operation}/${delivery.connectionVersion ?? ''}`,
  );
  return [...calls.values()];
}

/** Answers whether the connection failed as such. */
async function sendCall(
  { deps, queue, leaseId, signal }: QueueWork,
  { connection, gate }: ClaimedBatch,
  deliveries: readonly SentDelivery[],
): Promise<boolean> {
  const [first] = deliveries;
  if (first === undefined) return false;
  const { operation } = first;
  const startedAt = deps.now();
  const began = performance.now();
  const { outcomes, version, traceId } = await attempt(deliveries, () =>
    deps.sendBatch({
      tenantId: queue.tenantId,
      connectionId: connection.id,
      operation,
      lane: queue.lane,
      version: first.delivery.connectionVersion,
      records: deliveries.map(({ record, delivery }) => ({
        record,
        doubtful: delivery.doubtful,
        corrections: delivery.corrections,
      })),
      signal,
    }),
  );
  await deps.db.forTenant(queue.tenantId, (tx) =>
    settleBatch(deps, tx, queue.tenantId, {
      connection,
      lane: queue.lane,
      leaseId,
      gate,
      operation,
      deliveries,
      outcomes,
      version: version ?? first.delivery.connectionVersion,
      traceId,
      startedAt,
      durationMs: performance.now() - began,
      visibleAfterMs: deps.deliveryLimits(connection.connector).visibleAfterMs(operation),
      stopped: signal.aborted,
    }),
  );
  return outcomes.some((one) => one.outcome !== 'done' && one.error.scope === 'connection');
}

/** A connection that cannot be opened fails as such, before anything is sent; a fault of our own is thrown. */
async function attempt(
  deliveries: readonly SentDelivery[],
  send: () => Promise<SentOutcomes>,
): Promise<Omit<SentOutcomes, 'version'> & { readonly version: number | null }> {
  try {
    return await send();
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const failure = failureOf(error);
    const outcomes = deliveries.map(({ record }): Outcome => ({
      outcome: 'rejected',
      recordId: record.id,
      error: failure,
    }));
    return { outcomes, version: null, traceId: null };
  }
}

function failureOf({ code, message, retryAfterMs }: HoldfastError) {
  const away = code === 'unavailable' || code === 'key_unavailable' || code === 'rate_limited';
  return remoteError(away ? 'transient' : 'config', message, {
    scope: 'connection',
    ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
  });
}
