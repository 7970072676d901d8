import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { ComplianceDependencies } from '../../activities/compliance/compliance-dependencies.ts';
import type { ExportDependencies } from '../../activities/exports/export-dependencies.ts';
import type { WebhookDependencies } from '../../activities/webhooks/webhook-dependencies.ts';
import { makeActivities } from '../../activities/make-activities.ts';
import { connectorsWith, connectorsWithInventory } from '../../connectors/registry.ts';
import type { KekSource } from '../../recorder-core/capture/kek-source.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import { PROBE_VERDICTS } from '../../recorder-core/vault/probe-object-store.ts';
import type { Config } from '../config/settings.ts';
import { createReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import type { ConnectionDependencies } from '../connections/open-connection.ts';
import { rewrapCredential } from '../connections/credential-envelope.ts';
import { makeInventoryOf } from '../connections/inventory-of.ts';
import { makeRunOnConnection } from '../connections/run-on-connection.ts';
import { deliveryLimits, makeSendBatch } from '../connections/send-batch.ts';
import { makeStreamReader } from '../connections/streams/stream-reader.ts';
import { keepReadEvent } from '../webhooks/keep-read-event.ts';
import { setConnectionGauges } from '../observability/connection-metrics.ts';
import { setDeliveryGauges } from '../observability/delivery-metrics.ts';
import { carryTrace } from '../observability/tracing.ts';
import { processEvent } from '../webhooks/process-event.ts';
import { readDesiredState } from '../temporal/desired-state.ts';
import { openTemporalClient, type TemporalClient } from '../worker/client.ts';
import { LedgerSequencer } from '../worker/ledger-sequencer.ts';
import type { PayloadKeys } from '../worker/payload-codec.ts';
import { OutboxDispatcher } from '../worker/outbox-dispatcher.ts';
import { runWorkers, type ActivitiesByKind, type RunningWorkers } from '../worker/run-workers.ts';
import { installTemporalRuntime } from '../worker/runtime.ts';
import { startStoreProbe } from '../worker/start-store-probe.ts';
import { startOutboxWork } from '../worker/start-outbox-work.ts';
import { callRecordSecret } from './call-record-secret.ts';
import { DESIRED_STATE_PATH } from './desired-state-path.ts';
import { noteConfiguration } from './note-configuration.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import { consoleUrl, openResources, type Resources } from './open-resources.ts';
import { openConnectorHost } from './open-connector-host.ts';
import { openEvidence } from './open-evidence.ts';
import { openSpeechDecoder } from './open-speech-decoder.ts';
import { openWebhooks } from './open-webhooks.ts';
import { startAccessWatch } from './start-access-watch.ts';
import { startGrantSweep } from './start-grant-sweep.ts';
import { startGrantWarnings } from './start-grant-warnings.ts';
import { startSignInClearing } from './start-sign-in-clearing.ts';
import { startStorageMeasuring } from './start-storage-measuring.ts';
import { anchoringChecks, openAnchoring } from './open-anchoring.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { checkReadiness, databaseCheck, type ReadinessCheck } from './readiness.ts';
import { closeServer, serveRole } from './role-server.ts';
import { quarantineCheck, watchRestored } from './restore/watch-restored.ts';
import { makeNoticeLink } from '../holds/notice-link.ts';
import { openRenewedKeks } from './renewed-keks.ts';
import type { RunningRole } from './running-role.ts';
import { VERSION } from './version.ts';

/** Starts the Temporal workers of the configured queues, the outbox dispatcher, the ledger's sequencer and the herald of webhooks. */
export async function startWorkerRole(config: Config): Promise<RunningRole> {
  const resources = await openResources('worker', config);
  void noteConfiguration(resources, 'worker', new Date());
  const { log } = resources;
  installTemporalRuntime({ logger: log });
  const secrets = await resources.secrets();
  const keys = openPayloadKeys(secrets);
  const temporal = openTemporal(config, keys);
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
  const workers = await startWorkers(resources, keys, activities);
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
      host.close();
      webhooks.close();
      await reshape.close();
      await temporal.close();
      await dispatcherPool.end();
      await resources.close();
    },
  };
}

function openTemporal(config: Config, keys: PayloadKeys): TemporalClient {
  const { temporalAddress: address, temporalNamespace: namespace } = config;
  return openTemporalClient({ address, namespace, keys });
}

async function probeStore({ config, log }: Resources, { client }: TemporalClient): Promise<void> {
  if (!config.workerQueues.includes('lifecycle')) return;
  await startStoreProbe(client).catch((error: unknown) => {
    log.warn({ error }, 'the object store is not probed now; the schedule does so within a day');
  });
}

async function startWorkers(
  { config, log, tracing }: Resources,
  keys: PayloadKeys,
  activities: ActivitiesByKind,
): Promise<RunningWorkers> {
  return runWorkers({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    desired: await readDesiredState(DESIRED_STATE_PATH),
    keys,
    kinds: config.workerQueues,
    node: config.node,
    activities,
    logger: log,
    tracing,
    makeCurrent: true,
  });
}

/** What runs connectors in this process. */
type Connecting = Required<Pick<ConnectionDependencies, 'host' | 'reshape'>>;

async function openActivities(
  resources: Resources,
  {
    dispatcher,
    host,
    reshape,
    keks,
    evidence,
    webhooks,
  }: Pick<ExportDependencies, 'evidence'> &
    Pick<WebhookDependencies, 'webhooks'> &
    Connecting & {
      readonly dispatcher: pg.Pool;
      readonly keks: KekSource;
    },
): Promise<ActivitiesByKind> {
  return {
    ...makeActivities({
      compliance: complianceOf(await resources.secrets()),
      ...dependenciesOf(resources, dispatcher, { host, reshape }),
      evidence,
      webhooks,
      journal: await resources.journal(),
      archive: await resources.archive(),
      keks,
      speech: await openSpeechDecoder(resources),
    }),
  };
}

function complianceOf(secrets: InstallationSecrets): ComplianceDependencies['compliance'] {
  return {
    callSecret: callRecordSecret(secrets),
    ledgerKeys: (name) => secrets.signingKey(name),
    software: `holdfast ${VERSION}`,
  };
}

function streamReaderOf(
  { db, keys, newId, metrics }: Resources,
  { host }: Connecting,
): ActivityDependencies['streams'] {
  const reader = makeStreamReader({
    db,
    keys,
    host,
    now: () => new Date(),
    keepEvent: (tx, { tenantId, ...from }, event) =>
      keepReadEvent(tx, { tenantId, newId }, { ...from, now: new Date() }, event),
  });
  return {
    ...reader,
    async read(ref, work) {
      const { outcome, events } = await reader.read(ref, work);
      metrics.streamReads.inc({ outcome });
      metrics.streamEvents.inc(events);
      return { outcome, events };
    },
  };
}

function linksOf(console: string): Pick<ActivityDependencies, 'linkTo' | 'linkToIncident' | 'noticeLink'> {
  return {
    linkTo: (recordingId) => `${console}/recordings/${recordingId}`,
    linkToIncident: (incidentId) => `${console}/incidents/${incidentId}`,
    noticeLink: (tenantId) => makeNoticeLink(console, tenantId),
  };
}

function dependenciesOf(
  resources: Resources,
  dispatcher: pg.Pool,
  connecting: Connecting,
): Omit<ActivityDependencies, 'journal' | 'archive' | 'keks'> {
  const { config, db, keys, objects, uses, spool, packs, newId, metrics, log } = resources;
  return {
    db,
    dispatcher,
    keys,
    rewrapCredential: (tenantId, connectionId, sealed) =>
      rewrapCredential(keys, tenantId, connectionId, sealed),
    objects,
    uses,
    spool,
    backupDays: config.backupDays,
    packs,
    newId,
    now: () => new Date(),
    pause: (ms) => setTimeout(ms),
    onStoreProbe: ({ verdict }) => {
      for (const one of PROBE_VERDICTS)
        metrics.objectStoreVerdict.set({ verdict: one }, one === verdict ? 1 : 0);
      if (verdict === 'not-worm') log.error('the object store is not WORM: it broke what its locks promise');
      else log.info({ verdict }, 'the object store was probed');
    },
    ...linksOf(consoleUrl(config)),
    connectorsWith,
    inventories: connectorsWithInventory,
    streams: streamReaderOf(resources, connecting),
    ...sendingOf(resources, connecting),
    carryTrace,
    onDeliveryHealth: (health, now) => {
      setDeliveryGauges(metrics, health, now);
    },
    onConnectionStandings: (standings, now) => {
      setConnectionGauges(metrics, standings, now);
    },
  };
}

/** How activities reach connected systems. */
function sendingOf(
  { db, keys, metrics }: Resources,
  connecting: Connecting,
): Pick<ActivityDependencies, 'deliveryLimits' | 'sendBatch' | 'inventoryOf' | 'runOnConnection'> {
  const deps = { db, keys, ...connecting };
  return {
    deliveryLimits,
    sendBatch: makeSendBatch({
      ...deps,
      onOutcome: (connector, outcome, records) => {
        metrics.deliveries.inc({ connector, outcome }, records);
      },
    }),
    inventoryOf: makeInventoryOf({ db, keys, host: connecting.host }),
    runOnConnection: makeRunOnConnection({
      ...deps,
      onOutcome: (connector, outcome) => {
        metrics.deliveries.inc({ connector, outcome });
      },
    }),
  };
}

function openDispatcher(
  { db, log, metrics, newId, packs, journal, secrets }: Resources,
  pool: pg.Pool,
  { client }: TemporalClient,
): OutboxDispatcher {
  const dispatcher = new OutboxDispatcher({
    pool,
    start: startOutboxWork({
      client,
      db,
      processEvent: async (ref) =>
        processEvent(
          { db, packs, newId, now: () => new Date(), journal, callSecret: callRecordSecret(await secrets()) },
          ref,
        ),
    }),
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

function openSequencer({ db, log, metrics }: Resources, pool: pg.Pool): LedgerSequencer {
  const sequencer = new LedgerSequencer({
    db,
    pool,
    onPlaced: (leaves) => {
      metrics.ledgerPlaced.inc(leaves);
    },
    onFault: (error, tenantId) => {
      metrics.ledgerFaults.inc();
      log.error({ tenantId, error }, 'leaves could not be given their place in the log; trying again');
    },
  });
  sequencer.start();
  return sequencer;
}

function checksOf(
  { db, config }: Resources,
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
    quarantineCheck({ db, config }),
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

/** What looks again and again by itself: who accesses more than usual, which grants end, or will soon, and what of sign-ins is old. */
function startSweeps(resources: Resources, dispatcher: pg.Pool): RepeatedWork[] {
  const sweeps = [
    startAccessWatch,
    startGrantSweep,
    startGrantWarnings,
    startStorageMeasuring,
    startSignInClearing,
  ];
  return sweeps.map((start) => start(resources, dispatcher));
}
