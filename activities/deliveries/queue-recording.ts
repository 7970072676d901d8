import { listTellableConnections } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { queueDeliveries, type NewDelivery } from '../../recorder-core/records/deliveries.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
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
  return ({ tenantId, recordingId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const wanted = await wantedOf(deps, tx, recordingId);
      const trace = deps.carryTrace?.() ?? {};
      await queueDeliveries(tx, { tenantId, now: deps.now(), newId: deps.newId, trace }, wanted);
      return { connectionIds: wanted.map(({ connectionId }) => connectionId) };
    });
}

async function wantedOf(deps: ActivityDependencies, tx: Tx, recordingId: string): Promise<NewDelivery[]> {
  const recording = await readRecording(tx, recordingId);
  if (recording === undefined || recording.state === 'disposing' || recording.state === 'disposed') return [];
  const told = await listTellableConnections(tx, deps.connectorsWith('upsert-recording'));
  const reached = recording.restriction === null ? [] : await listReachedConnections(tx, recordingId);
  const mandatory = new Set(told.filter((one) => one.mandatory).map(({ id }) => id));
  const dueAt = new Date(deps.now().getTime() + (recording.state === 'stored' ? TOGETHER_MS : 0));
  return [...new Set([...told.map(({ id }) => id), ...reached])].sort().map((connectionId) => ({
    connectionId,
    operation: 'upsert-recording',
    subject: { type: 'recording', id: recordingId },
    dueAt,
    withdraws: recording.restriction !== null && !mandatory.has(connectionId),
  }));
}
