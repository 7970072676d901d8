import type pg from 'pg';
import { openPool } from '../../recorder-core/records/database.ts';
import type { Config } from '../config/settings.ts';
import { createReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import { readDesiredState } from '../temporal/desired-state.ts';
import { openTemporalClient, type TemporalClient, type TemporalClientOptions } from '../worker/client.ts';
import { runWorkers, type ActivitiesByKind, type RunningWorkers } from '../worker/run-workers.ts';
import { installTemporalRuntime } from '../worker/runtime.ts';
import { startStoreProbe } from '../worker/start-store-probe.ts';
import { DESIRED_STATE_PATH } from './desired-state-path.ts';
import { noteConfiguration } from './note-configuration.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import { openResources, type Resources } from './open-resources.ts';
import { openActivities } from './open-activities.ts';
import { openDispatcher, openSequencer } from './open-outbox.ts';
import { checksOf } from './worker-checks.ts';
import { openConnectorHost } from './open-connector-host.ts';
import { openEvidence } from './open-evidence.ts';
import { openWebhooks } from './open-webhooks.ts';
import { startAccessWatch } from './start-access-watch.ts';
import { startGrantSweep } from './start-grant-sweep.ts';
import { startGrantWarnings } from './start-grant-warnings.ts';
import { startMailSending } from './start-mail-sending.ts';
import { startRecorderWatch } from './start-recorder-watch.ts';
import { startSignInClearing } from './start-sign-in-clearing.ts';
import { startStorageMeasuring } from './start-storage-measuring.ts';
import { anchoringChecks, openAnchoring } from './open-anchoring.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { checkReadiness } from './readiness.ts';
import { closeServer, serveRole } from './role-server.ts';
import { watchRestored } from './restore/watch-restored.ts';
import { openRenewedKeks } from './renewed-keks.ts';
import type { RunningRole } from './running-role.ts';
import { readTemporalAccess } from './read-temporal-access.ts';
import { VERSION } from './version.ts';

/** Starts the Temporal workers of the configured queues, the outbox dispatcher, the ledger's sequencer and the herald of webhooks. */
export async function startWorkerRole(config: Config): Promise<RunningRole> {
  const resources = await openResources('worker', config);
  void noteConfiguration(resources, 'worker', new Date());
  const { log } = resources;
  installTemporalRuntime({ logger: log });
  const secrets = await resources.secrets();
  const access = { ...(await readTemporalAccess(config)), keys: openPayloadKeys(secrets) };
  const temporal = openTemporalClient(access);
  const dispatcherPool = openPool(config.postgresDispatcherUrl, 5, (error) => {
    log.warn({ error }, 'an idle database connection broke');
  });
  const host = openConnectorHost(resources, dispatcherPool);
  const reshape = createReshapePool();
  const restored = await watchRestored(resources);
  const anchoring = await openAnchoring(resources, dispatcherPool);
  const renewed = openRenewedKeks(resources);
  const evidence = openEvidence(anchoring, secrets, config);
  const webhooks = openWebhooks(resources);
  const lent = { dispatcher: dispatcherPool, host, reshape, keks: renewed.keks, evidence, ...webhooks };
  const activities = await openActivities(resources, lent);
  const workers = await startWorkers(resources, access, activities);
  const dispatcher = openDispatcher(resources, dispatcherPool, temporal);
  const sequencer = openSequencer(resources, dispatcherPool);
  webhooks.startHerald(dispatcherPool, temporal);
  const sweeps = startSweeps(resources, dispatcherPool);
  anchoring.start();
  await probeStore(resources, temporal);
  const checks = [...checksOf(resources, temporal, workers), ...anchoringChecks(anchoring)];
  const server = await serveRole(config.workerMetricsPort, resources.metrics, () =>
    checkReadiness(VERSION, checks),
  );
  log.info({ queues: config.workerQueues, buildId: workers.buildId }, 'worker polls');
  return {
    async stop() {
      await anchoring.stop();
      await Promise.all([webhooks.stop(), ...sweeps.map((sweep) => sweep.stop())]);
      await Promise.all([dispatcher.close(), sequencer.close()]);
      await workers.stop();
      await renewed.stop();
      await restored.stop();
      await closeServer(server);
      await host.close();
      webhooks.close();
      await reshape.close();
      await temporal.close();
      await dispatcherPool.end();
      await resources.close();
    },
  };
}

async function probeStore({ config, log }: Resources, { client }: TemporalClient): Promise<void> {
  if (!config.workerQueues.includes('lifecycle')) return;
  await startStoreProbe(client).catch((error: unknown) => {
    log.warn({ error }, 'the object store is not probed now; the schedule does so within a day');
  });
}

async function startWorkers(
  { config, log, tracing }: Resources,
  access: TemporalClientOptions,
  activities: ActivitiesByKind,
): Promise<RunningWorkers> {
  return runWorkers({
    ...access,
    desired: await readDesiredState(DESIRED_STATE_PATH),
    kinds: config.workerQueues,
    node: config.node,
    activities,
    logger: log,
    tracing,
    makeCurrent: true,
  });
}

/** What looks again and again by itself: who accesses more than usual, which grants end, or will soon, which mail is due, what recorders lost, and what of sign-ins is old. */
function startSweeps(resources: Resources, dispatcher: pg.Pool): RepeatedWork[] {
  const sweeps = [
    startAccessWatch,
    startGrantSweep,
    startGrantWarnings,
    startMailSending,
    startRecorderWatch,
    startStorageMeasuring,
    startSignInClearing,
  ];
  return sweeps.map((start) => start(resources, dispatcher));
}
