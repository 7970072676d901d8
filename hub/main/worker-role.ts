import type pg from 'pg';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { makeActivities } from '../../activities/make-activities.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import type { Config } from '../config/settings.ts';
import { createConnectorHost, type ConnectorHost } from '../connections/host/connector-host.ts';
import { systemClock } from '../connections/host/system-clock.ts';
import { makeRunOnConnection } from '../connections/run-on-connection.ts';
import { readDesiredState } from '../temporal/desired-state.ts';
import { openTemporalClient, type TemporalClient } from '../worker/client.ts';
import { OutboxDispatcher } from '../worker/outbox-dispatcher.ts';
import { runWorkers, type RunningWorkers } from '../worker/run-workers.ts';
import { installTemporalRuntime } from '../worker/runtime.ts';
import { startOutboxWork } from '../worker/start-outbox-work.ts';
import { DESIRED_STATE_PATH } from './desired-state-path.ts';
import { consoleUrl, openResources, type Resources } from './open-resources.ts';
import { openSpeechDecoder } from './open-speech-decoder.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { checkReadiness, databaseCheck, type ReadinessCheck } from './readiness.ts';
import { closeServer, serveRole } from './role-server.ts';
import type { RunningRole } from './running-role.ts';
import { VERSION } from './version.ts';

/** Starts the Temporal workers of the configured queues and the outbox dispatcher. */
export async function startWorkerRole(config: Config): Promise<RunningRole> {
  const resources = await openResources('worker', config);
  const { log } = resources;
  installTemporalRuntime({ logger: log });
  const keys = await openPayloadKeys(resources.keys);
  const temporal = openTemporalClient({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    keys,
  });
  const dispatcherPool = openPool(config.postgresDispatcherUrl, 5, (error) => {
    log.warn({ error }, 'an idle database connection broke');
  });
  const host = openConnectorHost(resources);
  const workers = await runWorkers({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    desired: await readDesiredState(DESIRED_STATE_PATH),
    keys,
    kinds: config.workerQueues,
    node: config.node,
    activities: {
      ...makeActivities({
        ...dependenciesOf(resources, dispatcherPool, host),
        speech: await openSpeechDecoder(resources),
      }),
    },
    logger: log,
    tracing: resources.tracing,
    makeCurrent: true,
  });
  const dispatcher = openDispatcher(resources, dispatcherPool, temporal);
  const checks = checksOf(resources, temporal, workers);
  const server = await serveRole(config.workerMetricsPort, resources.metrics, () =>
    checkReadiness(VERSION, checks),
  );
  log.info({ queues: config.workerQueues, buildId: workers.buildId }, 'worker polls');
  return {
    async stop() {
      await dispatcher.close();
      await workers.stop();
      await closeServer(server);
      host.close();
      await temporal.close();
      await dispatcherPool.end();
      await resources.close();
    },
  };
}

function openConnectorHost({ config, log }: Resources): ConnectorHost {
  return createConnectorHost({
    egress: { allowPrivateNetwork: config.egressPrivateNetwork },
    clock: systemClock,
    log: (level, message, fields = {}) => {
      log[level](fields, message);
    },
  });
}

function dependenciesOf(
  resources: Resources,
  dispatcher: pg.Pool,
  host: ConnectorHost,
): ActivityDependencies {
  const { config, db, keys, objects, spool, pack, newId, metrics } = resources;
  return {
    db,
    dispatcher,
    keys,
    keks: openKekSource(keys, newId),
    objects,
    spool,
    pack,
    newId,
    now: () => new Date(),
    linkTo: (recordingId) => `${consoleUrl(config)}/recordings/${recordingId}`,
    runOnConnection: makeRunOnConnection({
      db,
      keys,
      host,
      onOutcome: (connector, outcome) => {
        metrics.deliveries.inc({ connector, outcome });
      },
    }),
  };
}

function openDispatcher(
  { db, log, metrics }: Resources,
  pool: pg.Pool,
  { client }: TemporalClient,
): OutboxDispatcher {
  const dispatcher = new OutboxDispatcher({
    pool,
    start: startOutboxWork(client, db),
    onDispatched: ({ topic, payload, attempts }, error) => {
      metrics.outboxDispatched.inc({ outcome: error === undefined ? 'started' : 'postponed' });
      if (error === undefined) log.info({ topic, ...payload }, 'work started from the outbox');
      else log.warn({ topic, ...payload, attempts, error }, 'work could not be started yet');
    },
    onFault: (error) => {
      log.warn({ error }, 'the outbox could not be read; trying again');
    },
  });
  dispatcher.start();
  return dispatcher;
}

function checksOf(
  { db }: Resources,
  { connection }: TemporalClient,
  workers: RunningWorkers,
): ReadinessCheck[] {
  let failed: unknown;
  workers.ended.catch((error: unknown) => {
    failed = error;
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM'); // half a worker looks alive: end, and let the supervisor start a whole one
  });
  return [
    databaseCheck(db),
    {
      name: 'temporal',
      run: async () => {
        await connection.workflowService.getSystemInfo({});
        return 'Temporal answers.';
      },
    },
    {
      name: 'workers',
      run: () =>
        failed === undefined
          ? Promise.resolve('All task queues are polled.')
          : Promise.reject(new Error('A worker has failed.')),
    },
  ];
}
