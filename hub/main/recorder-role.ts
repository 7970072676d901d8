import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { DiskSync } from '../../recorder-core/capture/disk-sync.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { PortRange } from '../../recorder-core/capture/streams/port-range.ts';
import { OPEN_POLICY } from '../../recorder-core/capture/media-policy.ts';
import { Recorder } from '../../recorder-core/capture/recorder.ts';
import { SealQueue } from '../../recorder-core/capture/sealing/seal-queue.ts';
import { openThreadedSealer, type Sealer } from '../../recorder-core/capture/sealing/sealer.ts';
import { clockBase, steadyClock, type ClockBase } from '../../recorder-core/capture/streams/steady-clock.ts';
import { ThreadedMediaEngine } from '../../recorder-core/capture/streams/threaded-media-engine.ts';
import { createUserAgent, type UserAgent } from '../../recorder-core/sip/user-agent.ts';
import { ACCEPTED_TYPES } from '../../recorder-core/siprec/offer-refused.ts';
import { readRecorderFile } from '../config/read-recorder-file.ts';
import { mediaAddress } from '../config/recorder-addresses.ts';
import type { Config } from '../config/settings.ts';
import { LiveMetrics } from '../live/live-metrics.ts';
import { CallTraces } from './call-traces.ts';
import { openResources, type Resources } from './open-resources.ts';
import { checkReadiness, databaseCheck, diskCheck, keysCheck, type ReadinessCheck } from './readiness.ts';
import { recorderHooks } from './recorder-hooks.ts';
import { closeServer, serveRole } from './role-server.ts';
import type { RunningRole } from './running-role.ts';
import { VERSION } from './version.ts';

/** Below this much free disk the recorder is not ready. */
const MINIMUM_DISK_BYTES = 200 * 1_048_576;

/** Starts the recorder: recovers the spool, then takes calls. */
export async function startRecorderRole(config: Config): Promise<RunningRole> {
  const resources = await openResources('recorder', config);
  const { log, spool } = resources;
  await mkdir(spool, { recursive: true, mode: 0o700 });
  const sealer = openThreadedSealer(resources.keys);
  const queue = openSealQueue(resources, sealer);
  const left = await queue.recover();
  resources.metrics.sealingQueue.inc(left);
  resources.metrics.callCapacity.set(config.maxCalls);
  if (left > 0)
    log.warn({ recordings: left }, 'sealing recordings that an earlier process left in the spool');
  const base = clockBase();
  const live = new LiveMetrics(resources.metrics);
  const media = openMedia(resources, base, live, () => recorder);
  const recorder = openRecorder(resources, queue, media, steadyClock(base));
  const userAgent = openUserAgent(resources, recorder);
  const addresses = await userAgent.start();
  const checks = checksOf(resources);
  const server = await serveRole(config.recorderMetricsPort, resources.metrics, () =>
    checkReadiness(VERSION, checks),
  );
  log.info(
    { addresses: addresses.map(({ transport, port }) => `${transport}:${port}`) },
    'recorder takes calls',
  );
  return {
    async stop() {
      recorder.drain();
      await recorder.endAll(config.drainGrace * 1000);
      await userAgent.close();
      await queue.close();
      await sealer.stop();
      await media.stop();
      await closeServer(server);
      await resources.close();
    },
  };
}

/** Signalling has a thread of its own, and so has sealing; the rest of the machine is for media. */
function openMedia(
  { config, log, metrics }: Resources,
  base: ClockBase,
  live: LiveMetrics,
  recorder: () => Recorder,
): ThreadedMediaEngine {
  return new ThreadedMediaEngine({
    threads: config.mediaThreads ?? Math.max(1, availableParallelism() - 1),
    base,
    listener: {
      fault: (recordingId, error) => {
        log.error({ recordingId, error }, 'a fault during capture');
      },
      alert: (recordingId, alert) => {
        const { kind, state, label } = alert;
        live.noteAlert(alert);
        log.warn({ recordingId, kind, state, label }, 'a stream alert');
        recorder().alerted(recordingId, alert);
      },
      counted: (verdicts) => {
        live.countPackets(verdicts);
      },
      lost: (recordingId) => {
        recorder().mediaLost(recordingId);
      },
      load: ({ utilization, loopDelayP99Ms }) => {
        metrics.mediaUtilization.observe(utilization);
        metrics.mediaDelay.observe(loopDelayP99Ms / 1000);
      },
    },
  });
}

function openSealQueue({ db, newId, spool, log, metrics }: Resources, sealer: Sealer): SealQueue {
  return new SealQueue({
    spool,
    db,
    sealer,
    newId,
    now: () => new Date(),
    onSealed: ({ manifest: { recordingId }, facts: { partial, durationMs }, parts }, ledgerIndex) => {
      metrics.sealingQueue.dec();
      metrics.sealed.inc({ kind: partial ? 'recovered' : 'whole' });
      log.info({ recordingId, durationMs, parts: parts.length, partial, ledgerIndex }, 'recording sealed');
    },
    onRetry: (recordingId, error, delayMs) => {
      log.error(
        { recordingId, delayMs, error },
        'a recording could not be sealed yet; it stays in the spool',
      );
    },
  });
}

function openRecorder(
  resources: Resources,
  queue: SealQueue,
  media: ThreadedMediaEngine,
  now: () => number,
): Recorder {
  const { config, keys, log, newId, pack, spool } = resources;
  const { node, tenantId, region, retentionClass } = config;
  const address = mediaAddress(config, readRecorderFile(config.recorderFile));
  return new Recorder({
    maxCalls: config.maxCalls,
    mediaAddress: address.advertisedHost,
    policyOf: () => OPEN_POLICY,
    consent: {
      pack,
      recorderJurisdiction: config.jurisdiction,
      purpose: config.purpose,
      announcement: config.announcement,
    },
    capture: {
      spool,
      node,
      tenantId,
      region,
      retentionClass,
      keks: openKekSource(keys, newId),
      ports: new PortRange(address.host, { min: config.rtpPortMin, max: config.rtpPortMax }),
      media,
      sync: new DiskSync(),
      newId,
      now,
      onFault: (recordingId, error) => {
        log.error({ recordingId, error }, 'a fault during capture');
      },
    },
    hooks: recorderHooks(resources, new CallTraces(), (recordingId, trace) => {
      resources.metrics.sealingQueue.inc();
      queue.add(recordingId, trace);
    }),
  });
}

function openUserAgent({ config, metrics }: Resources, recorder: Recorder): UserAgent {
  const { sipHost: host, sipPort: port } = config;
  return createUserAgent({
    listen: [
      { transport: 'udp', host, port },
      { transport: 'tcp', host, port },
    ],
    contactParams: ';+sip.srs',
    supported: ['siprec'],
    optionsHeaders: { Accept: ACCEPTED_TYPES },
    serverName: `Holdfast/${VERSION}`,
    admit: () => recorder.admit(),
    onInvite: (invite) => {
      recorder.handleInvite(invite);
    },
    onEvent: (event) => {
      metrics.sipEvents.inc({ event: event.type });
    },
    random: randomBytes,
  });
}

function checksOf({ db, keys, spool }: Resources): ReadinessCheck[] {
  return [
    { ...databaseCheck(db), dispensable: true },
    keysCheck(keys),
    diskCheck('spool', spool, MINIMUM_DISK_BYTES),
  ];
}
