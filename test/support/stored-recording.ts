import { makeNoticeLink } from '../../hub/holds/notice-link.ts';
import { createSocket } from 'node:dgram';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { makeActivities, type Activities } from '../../activities/make-activities.ts';
import { TEST_COMPLIANCE, testEvidence } from './test-evidence.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { connectorsWith, connectorsWithInventory } from '../../connectors/registry.ts';
import { createConnectorHost } from '../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../hub/connections/host/system-clock.ts';
import { makeRebuildStep } from '../../hub/connections/rebuild-step.ts';
import { makeInventoryOf } from '../../hub/connections/inventory-of.ts';
import { makeRunOnConnection } from '../../hub/connections/run-on-connection.ts';
import { deliveryLimits, makeSendBatch } from '../../hub/connections/send-batch.ts';
import { ensureEmbeddedSearch } from '../../hub/connections/ensure-embedded-search.ts';
import { CallCapture, type CaptureSettings } from '../../recorder-core/capture/call-capture.ts';
import { commitRecording } from '../../recorder-core/capture/sealing/commit-recording.ts';
import { askConsent, type ConsentSettings } from '../../recorder-core/capture/consent-gate.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { DiskSync } from '../../recorder-core/capture/disk-sync.ts';
import { openLocalMediaEngine } from '../../recorder-core/capture/streams/local-media-engine.ts';
import { PortRange } from '../../recorder-core/capture/streams/port-range.ts';
import { sealRecording } from '../../recorder-core/capture/sealing/seal-recording.ts';
import { markCommitted } from '../../recorder-core/capture/spool-folder.ts';
import { encodePcmu } from '../../recorder-core/media/g711.ts';
import { buildRtp } from '../../recorder-core/media/rtp.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { KeyArchive } from '../../recorder-core/records/key-archive.ts';
import { rewrapCredential } from '../../hub/connections/credential-envelope.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import { rulebookOf } from '../../recorder-core/policy/rulebook.ts';
import { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { openFileObjectStore } from '../../recorder-core/vault/file-object-store.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { testStreamReader } from './stream-reader.ts';
import { openTestKeyUses, TEST_JOURNAL_SECRET } from './test-key-uses.ts';
import { testWebhooks } from './webhook-posting.ts';
import type { TestDatabase } from './test-database.ts';

/** What a recording is made of; both voices say the same `packets` packets of 20 ms. */
export interface CaptureOptions {
  readonly names?: readonly [string, string];
  readonly packets?: number;
  /** Numbers of the two parties. */
  readonly addresses?: readonly [string, string];
  /** What else the decision on consent depends on. */
  readonly consent?: Partial<ConsentSettings>;
  /** Media parts; the first two are heard, the others are what lines leave that were opened anew. */
  readonly mediaParts?: number;
  readonly tenantId?: string;
  /** Trace context that the lifecycle takes up. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** Everything that activities work with, real: database, spool, object store, key ring, embedded search. */
export interface ActivityBench {
  readonly deps: ActivityDependencies;
  readonly activities: Activities;
  readonly keys: LocalKeyRing;
  /** Folders of the spool and of the object store. */
  readonly spool: string;
  readonly objects: string;
  /** Id of the connection to the embedded search. */
  readonly searchId: string;
  /** Captures a call over real sockets, seals and commits it; answers its id. */
  capture(options?: CaptureOptions): Promise<string>;
  /** As `capture`, then stored and retained. */
  retain(options?: CaptureOptions): Promise<string>;
  /** Moves a recording a year into the past, so that its date has come. */
  makeDue(recordingId: string): Promise<void>;
  read(recordingId: string, tenantId?: string): Promise<Recording>;
  close(): Promise<void>;
}

/** Opens a bench on a test database, with the embedded search connected to its tenant. */
export async function openActivityBench(
  database: TestDatabase,
  change: Partial<ActivityDependencies> = {},
): Promise<ActivityBench> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const { db, tenantId } = database;
  const keys = await openLocalKeyRing(join(folder, 'key-ring.json'), { create: true });
  const provider = change.keys ?? keys;
  const makeId = (at: Date): string => newId(at.getTime());
  const dispatcher = openPool(database.dispatcherUrl, 2);
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: false },
    clock: systemClock,
    log: () => undefined,
  });
  const objects = await openFileObjectStore(join(folder, 'objects'));
  const keyUses = openTestKeyUses(db);
  const deps: ActivityDependencies = {
    db,
    dispatcher,
    keys,
    keks: openKekSource(provider, makeId),
    objects,
    uses: keyUses.uses,
    journal: new TombstoneJournal(objects, TEST_JOURNAL_SECRET),
    spool: join(folder, 'spool'),
    backupDays: 35,
    archive: new KeyArchive(objects, TEST_JOURNAL_SECRET),
    rewrapCredential: (owner, connectionId, sealed) =>
      rewrapCredential(provider, owner, connectionId, sealed),
    packs: await openRulePacks(),
    newId: makeId,
    now: () => new Date(),
    pause: (ms) => setTimeout(ms),
    linkTo: (recordingId) => `http://console.example/recordings/${recordingId}`,
    linkToIncident: (incidentId) => `http://console.example/incidents/${incidentId}`,
    noticeLink: (tenantId) => makeNoticeLink(`http://console.example`, tenantId),
    runOnConnection: makeRunOnConnection({ db, keys: provider, host, onOutcome: () => undefined }),
    inventoryOf: makeInventoryOf({ db, keys: provider, host }),
    rebuildStep: makeRebuildStep({ db, keys: provider, host }),
    sendBatch: makeSendBatch({ db, keys: provider, host, onOutcome: () => undefined }),
    streams: testStreamReader({ db, keys: provider, host }, makeId),
    deliveryLimits,
    connectorsWith,
    inventories: connectorsWithInventory,
    ...change,
  };
  const searchId = randomUUID();
  await db.forTenant(tenantId, (tx) => ensureEmbeddedSearch(tx, tenantId, searchId, deps.now()));
  const capture = (options: CaptureOptions = {}): Promise<string> =>
    captureCall(deps, { tenantId, ...options });
  const read = (recordingId: string, owner = tenantId): Promise<Recording> =>
    db.forTenant(owner, async (tx) => (await readRecording(tx, recordingId))!);
  const activities = makeActivities({
    ...deps,
    evidence: testEvidence(db),
    compliance: TEST_COMPLIANCE,
    webhooks: testWebhooks(provider),
  });
  return {
    deps,
    activities,
    keys,
    spool: deps.spool,
    objects: join(folder, 'objects'),
    searchId,
    capture,
    async retain(options) {
      const ref = { tenantId: options?.tenantId ?? tenantId, recordingId: await capture(options) };
      await activities.spool.storeParts(ref);
      await activities.lifecycle.retainRecording(ref);
      return ref.recordingId;
    },
    async makeDue(recordingId) {
      await database.asOwner(
        `with called as (
           update recording set started_at = started_at - interval '1 year', ended_at = ended_at - interval '1 year' where id = $1)
         update recording_retention set retain_until = now() - interval '1 day', decide_at = null where recording_id = $1`,
        [recordingId],
      );
    },
    read,
    async close() {
      await host.close();
      await keyUses.close();
      await dispatcher.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Runs an activity as a worker would: with a context that takes heartbeats and can be asked for its cancellation signal, and
 * which attempt of which activity it is; a first one of a new activity where nothing is said.
 */
export function asActivity<T>(
  work: () => Promise<T>,
  info: { readonly activityId?: string; readonly attempt?: number } = {},
  cancellationSignal = new AbortController().signal,
): Promise<T> {
  const context = {
    cancellationSignal,
    heartbeat: () => undefined,
    info: { activityId: randomUUID(), attempt: 1, workflowExecution: { runId: 'run' }, ...info },
  };
  return asyncLocalStorage.run(context as unknown as Context, work);
}

/** The settings of a capture that takes its packets from the loopback; `verdict` is called for each. */
export function captureSettings(
  deps: Pick<ActivityDependencies, 'spool' | 'keks' | 'newId'>,
  tenantId: string,
  onPacket: (verdict: string) => void,
  onFault: CaptureSettings['onFault'] = (_recordingId, error) => {
    throw error;
  },
): CaptureSettings {
  const now = (): number => performance.timeOrigin + performance.now();
  return {
    spool: deps.spool,
    node: 'test-node',
    tenantId,
    region: 'eu-central',
    retentionClass: 'business-call',
    keks: deps.keks,
    ports: new PortRange('127.0.0.1', { min: 20_000, max: 40_000 }),
    media: openLocalMediaEngine(now, { onPacket, fault: onFault }),
    sync: new DiskSync(),
    newId: deps.newId,
    now,
    onFault,
  };
}

async function captureCall(
  deps: ActivityDependencies,
  {
    tenantId,
    names = ['Ana Agent', 'Carl Customer'],
    packets = 25,
    addresses = ['+49301234560', '+49301234561'],
    consent: practice = {},
    mediaParts = 2,
    trace = {},
  }: CaptureOptions & { tenantId: string },
): Promise<string> {
  const recordingId = deps.newId(deps.now());
  let seen = 0;
  let allSeen: () => void = () => undefined;
  const settings = captureSettings(deps, tenantId, () => {
    seen += 1;
    if (seen === 2 * packets) allSeen();
  });
  const capture = await CallCapture.open(settings, recordingId);
  capture.withhold(() => false);
  const parties = names.map((name, index) => ({
    ordinal: index + 1,
    name,
    aor: `sip:${addresses[index]}@sbc.example`,
    streamKey: String(index),
    source: 'label' as const,
    joinedAt: capture.startedAtMs,
  }));
  const consent = askConsent(
    parties as unknown as Parameters<typeof askConsent>[0],
    {
      rules: () => rulebookOf(deps.packs.bundled),
      recorderJurisdiction: 'DE',
      purpose: 'business-record',
      announcement: 'by-recording-client',
      ...practice,
    },
    deps.now().toISOString(),
  ).explanation;
  await capture.record({
    type: 'started',
    atMs: capture.startedAtMs,
    callId: `call-of-${names[1].replaceAll(' ', '-')}`,
    source: { transport: 'udp', address: '127.0.0.1', port: 5060 },
    request: '',
    consent,
  });
  await capture.openStreams(
    Array.from({ length: mediaParts }, (_, index) => ({
      key: String(index),
      label: String(index % 2),
      digits: 'kept' as const,
      held: false,
      codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 }],
    })),
  );
  const arrived = new Promise<void>((resolve) => {
    allSeen = resolve;
  });
  await capture.record({ type: 'answer', atMs: settings.now(), body: '' });
  await Promise.all(['0', '1'].map((key) => sendPackets(capture.portOf(key) ?? 0, packets)));
  await arrived;
  await capture.record({
    type: 'parties',
    atMs: settings.now(),
    parties: parties.map(({ ordinal, name, aor, streamKey }) => ({
      ordinal: ordinal - 1,
      name,
      address: aor,
      label: streamKey,
      participantId: null,
      joinedAtMs: capture.startedAtMs,
      leftAtMs: null,
    })),
  });
  await capture.end('remote-bye');
  const sealed = await sealRecording(capture.folder, deps.keys);
  if (sealed === undefined) throw new Error('The captured call had no beginning.');
  await commitRecording(deps.db, sealed, { newId: deps.newId, now: deps.now, trace });
  await markCommitted(capture.folder);
  return recordingId;
}

async function sendPackets(port: number, count: number): Promise<void> {
  const socket = createSocket('udp4');
  const payload = Buffer.from(encodePcmu(Int16Array.from({ length: 160 }, (_, i) => 6000 * Math.sin(i / 3))));
  try {
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const packet = buildRtp({ payloadType: 0, sequence, timestamp: sequence * 160, ssrc: port, payload });
      await new Promise((resolve) => socket.send(packet, port, '127.0.0.1', resolve));
    }
  } finally {
    socket.close();
  }
}
