import { listTellableConnections } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { queueDeliveries, type NewDelivery } from '../../recorder-core/records/deliveries.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import { readStandings } from '../../recorder-core/records/recordings.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * A recording that was just stored is retained a moment later, which is queued too: for so long the first delivery waits for
 * the second, and both are one.
 */
const TOGETHER_MS = 5_000;

/**
 * See `LifecycleActivities.queueRecording`. While a recording lives, for every connection that is live or paused; while its
 * use is restricted, also for those that have it, as a deletion that is asked at once. What is being disposed of is not queued:
 * its disposal asks.
 */
export function queueRecording(deps: ActivityDependencies): LifecycleActivities['queueRecording'] {
  return async ({ tenantId, recordingId }) => {
    const wanted = await queueAll(deps, tenantId, [recordingId]);
    return { connectionIds: wanted.map(({ connectionId }) => connectionId) };
  };
}

/** See `LifecycleActivities.queueRecordings`: the same, in one transaction for all of them. */
export function queueRecordings(deps: ActivityDependencies): LifecycleActivities['queueRecordings'] {
  return async ({ tenantId, recordingIds }) => ({
    queued: (await queueAll(deps, tenantId, recordingIds)).length,
  });
}

function queueAll(
  deps: ActivityDependencies,
  tenantId: string,
  recordingIds: readonly string[],
): Promise<readonly NewDelivery[]> {
  return deps.db.forTenant(tenantId, async (tx) => {
    const wanted = await wantedOf(deps, tx, recordingIds);
    const trace = deps.carryTrace?.() ?? {};
    await queueDeliveries(tx, { tenantId, now: deps.now(), newId: deps.newId, trace }, wanted);
    return wanted;
  });
}

async function wantedOf(
  deps: ActivityDependencies,
  tx: Tx,
  recordingIds: readonly string[],
): Promise<NewDelivery[]> {
  const told = await listTellableConnections(tx, deps.connectorsWith('upsert-recording'));
  const mandatory = new Set(told.filter((one) => one.mandatory).map(({ id }) => id));
  const now = deps.now().getTime();
  const wanted: NewDelivery[] = [];
  for (const { id, state, restriction } of await readStandings(tx, recordingIds)) {
    if (state === 'disposing' || state === 'disposed') continue;
    const reached = restriction === null ? [] : await listReachedConnections(tx, id);
    const dueAt = new Date(now + (state === 'stored' ? TOGETHER_MS : 0));
    for (const connectionId of [...new Set([...told.map((one) => one.id), ...reached])].sort())
      wanted.push({
        connectionId,
        operation: 'upsert-recording',
        subject: { type: 'recording', id },
        dueAt,
        withdraws: restriction !== null && !mandatory.has(connectionId),
      });
  }
  return wanted;
}
