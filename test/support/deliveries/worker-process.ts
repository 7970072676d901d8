/**
 * A worker for deliveries as production runs it: real activities, host and connectors, in a process of its own that can be
 * killed. It tells its memory when it is asked, and with `kept` what is left of its heap once that has been cleared up.
 */
import { deliverDue } from '../../../activities/deliveries/deliver-due.ts';
import { findDueQueues } from '../../../activities/deliveries/find-due-queues.ts';
import { queueRecording } from '../../../activities/deliveries/queue-recording.ts';
import type { SendBatch } from '../../../activities/deliveries/send-batch.ts';
import type { ActivityDependencies } from '../../../activities/dependencies.ts';
import { connectorsWith, connectorsWithInventory } from '../../../connectors/registry.ts';
import { createConnectorHost } from '../../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../../hub/connections/host/system-clock.ts';
import { deliveryLimits, makeSendBatch } from '../../../hub/connections/send-batch.ts';
import { readDesiredState } from '../../../hub/temporal/desired-state.ts';
import { runWorkers } from '../../../hub/worker/run-workers.ts';
import { installTemporalRuntime } from '../../../hub/worker/runtime.ts';
import { openDatabase, openPool } from '../../../recorder-core/records/database.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { openLocalKeyRing } from '../../../recorder-core/vault/local-key-ring.ts';
import { TEMPORAL_YAML } from '../temporal-server.ts';
import { NODE, SILENT, TEST_KEYS } from '../workflow-test.ts';
import { linkToRecording } from './link-to-recording.ts';

/** What the process is started with, as JSON in its one argument. */
export interface DeliveryWorkerOptions {
  readonly address: string;
  readonly namespace: string;
  readonly appUrl: string;
  readonly dispatcherUrl: string;
  readonly keyRing: string;
  /** Recordings that the process dies of, as soon as it is to send them: as by the system, or by what nobody catches. */
  readonly killing?: Readonly<Record<string, 'killed' | 'uncaught'>>;
}

const options = JSON.parse(process.argv[2] ?? '{}') as DeliveryWorkerOptions;
const db = openDatabase(options.appUrl, { max: 10 });
const keys = await openLocalKeyRing(options.keyRing, { create: false });
const host = createConnectorHost({
  egress: { allowPrivateNetwork: true },
  clock: systemClock,
  log: () => undefined,
});
const deps = {
  db,
  dispatcher: openPool(options.dispatcherUrl, 2),
  newId: (at: Date) => newId(at.getTime()),
  now: () => new Date(),
  linkTo: linkToRecording,
  sendBatch: dyingOf(options.killing ?? {}, makeSendBatch({ db, keys, host, onOutcome: () => undefined })),
  deliveryLimits,
  connectorsWith,
  inventories: connectorsWithInventory,
} as unknown as ActivityDependencies;

installTemporalRuntime({ logger: SILENT });
const activities = {
  lifecycle: { findDueQueues: findDueQueues(deps), queueRecording: queueRecording(deps) },
  connectors: { deliverDue: deliverDue(deps) },
};
await runWorkers({
  address: options.address,
  namespace: options.namespace,
  desired: await readDesiredState(TEMPORAL_YAML),
  keys: TEST_KEYS,
  kinds: Object.keys(activities),
  node: NODE,
  activities,
  logger: SILENT,
  makeCurrent: true,
});
process.on('message', (asked) => {
  if (asked === 'kept') globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 });
});
process.on('disconnect', () => process.exit()); // whoever started it is gone
process.send?.({ ready: true });

/** Sends, unless one of them is deadly. */
function dyingOf(killing: NonNullable<DeliveryWorkerOptions['killing']>, send: SendBatch): SendBatch {
  return (batch) => {
    const how = batch.records.map(({ record }) => killing[record.id]).find((one) => one !== undefined);
    if (how === undefined) return send(batch);
    if (how === 'killed') process.kill(process.pid, 'SIGKILL');
    else
      setImmediate(() => {
        throw new Error('Nobody catches this.');
      });
    return new Promise(() => undefined);
  };
}
