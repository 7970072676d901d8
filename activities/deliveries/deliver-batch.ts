import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError } from '../../connectors/kit/remote-error.ts';
import { isHoldfastError, type HoldfastError } from '../../recorder-core/errors.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';
import { readGate, type DeliveryGate } from '../../recorder-core/records/delivery-gates.ts';
import { holdsLease } from '../../recorder-core/records/delivery-leases.ts';
import { settleDeliveries } from '../../recorder-core/records/settle-deliveries.ts';
import { withdrawalOf } from '../connectors/recording-document.ts';
import { isClosed, putBack, type ClaimedBatch, type QueueWork } from './claim-batch.ts';
import { callsOf } from './calls-of.ts';
import { killedWorkers, killsWorkers } from './dead-worker.ts';
import { failedTogether, type SentDelivery } from './judge-batch.ts';
import { prepareDeliveries } from './prepare-deliveries.ts';
import type { SentOutcomes } from './send-batch.ts';
import { settleBatch, unsent, type SettledBatch } from './settle-batch.ts';
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
 * Makes what was claimed and sends it in as few calls as can be; each call is settled while the next is sent. A call that failed as
 * a whole, and may have failed by one record, is cut in two and sent again at once, and so are its parts for as long as the other
 * side takes something: what is good arrives now, and what is not is alone. Each part is made anew. Answers how many deliveries
 * were dealt with: none where the connection has failed since they were claimed, and they were given back.
 */
export async function deliverBatch(
  work: QueueWork,
  claim: ClaimedBatch,
  settling: SettleBehind,
): Promise<number> {
  const signal = AbortSignal.any([work.signal, AbortSignal.timeout(BATCH_TIMEOUT_MS)]);
  let parts: readonly ClaimedDelivery[] = claim.claimed;
  let dealt = 0;
  for (let round = 0; ; round += 1) {
    const made = await makeOrGiveUp(work, claim.leaseId, parts);
    if (made === undefined) break;
    dealt = claim.claimed.length;
    const sent = await sendRound({ ...work, signal }, made, settling);
    parts = sent.kept;
    if (parts.length === 0 && !sent.failed && !signal.aborted) return dealt;
    // Where no part is taken either, it may be the other side that fails: that waits.
    if (sent.failed || signal.aborted || (round > 0 && !sent.answered)) break;
  }
  // What was sent is settled under the lease.
  await settling.end();
  await putBack(work, claim);
  return dealt;
}

interface SentRound extends SettledBatch {
  /** Something was taken, or refused for itself: the other side does its work. */
  readonly answered: boolean;
}

/** Sends all calls of a round, until the connection fails as such. */
async function sendRound(work: QueueWork, made: MadeBatch, settling: SettleBehind): Promise<SentRound> {
  let round: SentRound = { failed: false, kept: [], answered: false };
  for (const deliveries of callsOf(made.prepared)) {
    const { failed, kept, answered } = await sendCall(work, made, deliveries, settling);
    round = { failed, kept: [...round.kept, ...kept], answered: round.answered || answered };
    if (failed || work.signal.aborted) break;
  }
  return round;
}

/** What cannot even be made, so often, is sent no more either: of it only the delivery is known. */
async function makeOrGiveUp(
  work: QueueWork,
  leaseId: string,
  claimed: readonly ClaimedDelivery[],
): Promise<MadeBatch | undefined> {
  try {
    return await makeBatch(work, leaseId, claimed, prepareDeliveries);
  } catch (error) {
    if (!claimed.every(killsWorkers)) throw error;
    return makeBatch(work, leaseId, claimed, (_deps, _tx, tenantId) =>
      Promise.resolve(
        claimed.map((delivery) => ({
          delivery,
          act: 'send',
          operation: delivery.operation,
          record: withdrawalOf(tenantId, { id: delivery.subject.id, revision: 0, held: false }),
        })),
      ),
    );
  }
}

/**
 * The claim was committed before the rows are read: whoever condemns a recording after that sees the lease, and whoever did
 * before is seen here. So is what became of the connection since then. Undefined where nothing may be sent any more.
 */
function makeBatch(
  { deps, queue }: QueueWork,
  leaseId: string,
  claimed: readonly ClaimedDelivery[],
  prepare: typeof prepareDeliveries,
): Promise<MadeBatch | undefined> {
  return deps.db.forTenant(queue.tenantId, async (tx) => {
    const now = deps.now();
    const connection = await readConnection(tx, queue.connectionId);
    const gate = await readGate(tx, queue.connectionId);
    if (connection === undefined || isClosed(gate, now) || !(await holdsLease(tx, leaseId))) return undefined;
    const all = await prepare(deps, tx, queue.tenantId, connection, claimed);
    const settled = all.flatMap(({ act, delivery }) =>
      act === 'send' ? [] : [unsent(delivery, act === 'drop' ? 'rejected' : 'queued', now)],
    );
    await settleDeliveries(tx, { connectionId: connection.id, leaseId, now, batchId: null }, settled);
    return { connection, gate, leaseId, prepared: all.filter((one) => one.act === 'send') };
  });
}

async function sendCall(
  work: QueueWork,
  made: MadeBatch,
  deliveries: readonly SentDelivery[],
  settling: SettleBehind,
): Promise<SentRound> {
  const { deps, queue, signal } = work;
  const { connection, gate, leaseId } = made;
  const [first] = deliveries;
  if (first === undefined) return { failed: false, kept: [], answered: false };
  const { operation } = first;
  const startedAt = deps.now();
  const began = performance.now();
  const { outcomes, version, traceId } = await sendOrGiveUp(work, made, deliveries);
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
  let settled: SettledBatch = { failed: false, kept: [] };
  await settling.add(async () => {
    settled = await deps.db.forTenant(queue.tenantId, (tx) =>
      settleBatch(deps, tx, queue.tenantId, answered),
    );
  });
  // Whoever reads the gate next sees it closed, and what is sent again is sent as it was settled.
  if (failedTogether(outcomes) > 0) await settling.end();
  return {
    ...settled,
    answered: outcomes.some((one) => one.outcome === 'done' || one.error.scope === 'record'),
  };
}

type Answers = Omit<SentOutcomes, 'version'> & { readonly version: number | null };

/** What kills workers is sent no more. */
async function sendOrGiveUp(
  { deps, queue, signal }: QueueWork,
  { connection }: MadeBatch,
  deliveries: readonly SentDelivery[],
): Promise<Answers> {
  const [first] = deliveries;
  if (first === undefined || killsWorkers(first.delivery)) {
    const outcomes = deliveries.map(({ record, delivery }) => killedWorkers(record.id, delivery));
    return { outcomes, version: null, traceId: null };
  }
  return attempt(deliveries, () =>
    deps.sendBatch({
      tenantId: queue.tenantId,
      connectionId: connection.id,
      operation: first.operation,
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
}

/** A connection that cannot be opened fails as such, before anything is sent; a fault of our own is thrown. */
async function attempt(
  deliveries: readonly SentDelivery[],
  send: () => Promise<SentOutcomes>,
): Promise<Answers> {
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
