import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError } from '../../connectors/kit/remote-error.ts';
import { isHoldfastError, type HoldfastError } from '../../recorder-core/errors.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import { readGate, type DeliveryGate } from '../../recorder-core/records/delivery-gates.ts';
import { settleDeliveries } from '../../recorder-core/records/settle-deliveries.ts';
import { isClosed, putBack, type ClaimedBatch, type QueueWork } from './claim-batch.ts';
import { prepareDeliveries } from './prepare-deliveries.ts';
import type { SentOutcomes } from './send-batch.ts';
import { settleBatch, unsent, type SentDelivery } from './settle-batch.ts';
import type { SettleBehind } from './settle-behind.ts';

const BATCH_TIMEOUT_MS = 9 * 60_000;

/** A batch as it is to be sent, and the connection as it then stood. */
interface MadeBatch {
  readonly leaseId: string;
  readonly connection: ConnectionRow;
  readonly gate: DeliveryGate;
  readonly prepared: readonly SentDelivery[];
}

/**
 * Makes what was claimed and sends it in as few calls as can be; each call is settled while the next is sent. Answers how many
 * deliveries were dealt with: none where the connection has failed since they were claimed, and they were given back.
 */
export async function deliverBatch(
  work: QueueWork,
  claim: ClaimedBatch,
  settling: SettleBehind,
): Promise<number> {
  const made = await makeBatch(work, claim);
  if (made === undefined) {
    await putBack(work, claim);
    return 0;
  }
  const signal = AbortSignal.any([work.signal, AbortSignal.timeout(BATCH_TIMEOUT_MS)]);
  let { gate } = made;
  for (const deliveries of callsOf(made.prepared)) {
    const failed = await sendCall({ ...work, signal }, { ...made, gate }, deliveries, settling);
    if (!failed) continue;
    gate = { ...gate, failures: gate.failures + 1 };
    await settling.end(); // whoever reads the gate next sees it closed
  }
  return claim.claimed.length;
}

/**
 * The claim was committed before the rows are read: whoever condemns a recording after that sees the lease, and whoever did
 * before is seen here. So is what became of the connection since then. Undefined where nothing may be sent any more.
 */
function makeBatch(
  { deps, queue }: QueueWork,
  { claimed, leaseId }: ClaimedBatch,
): Promise<MadeBatch | undefined> {
  return deps.db.forTenant(queue.tenantId, async (tx) => {
    const now = deps.now();
    const connection = await readConnection(tx, queue.connectionId);
    const gate = await readGate(tx, queue.connectionId);
    if (connection === undefined || isClosed(gate, now)) return undefined;
    const all = await prepareDeliveries(deps, tx, queue.tenantId, connection, claimed);
    const settled = all.flatMap(({ act, delivery }) =>
      act === 'send' ? [] : [unsent(delivery, act === 'drop' ? 'rejected' : 'queued', now)],
    );
    await settleDeliveries(tx, { connectionId: connection.id, leaseId, now, batchId: null }, settled);
    return { connection, gate, leaseId, prepared: all.filter((one) => one.act === 'send') };
  });
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
  { deps, queue, signal }: QueueWork,
  { connection, gate, leaseId }: MadeBatch,
  deliveries: readonly SentDelivery[],
  settling: SettleBehind,
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
  const answered = {
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
  };
  await settling.add(() =>
    deps.db.forTenant(queue.tenantId, (tx) => settleBatch(deps, tx, queue.tenantId, answered)),
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
