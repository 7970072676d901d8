import { makeNoticeLink } from '../../hub/holds/notice-link.ts';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { recordingDocumentOf } from '../../activities/connectors/recording-document.ts';
import { retainRecording } from '../../activities/lifecycle/retain-recording.ts';
import { enrichRecording } from '../../activities/media/enrich-recording.ts';
import { KeyArchive } from '../../recorder-core/records/key-archive.ts';
import { TEST_JOURNAL_SECRET } from './test-key-uses.ts';
import { storeParts } from '../../activities/spool/store-parts.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { deliveryLimits } from '../../hub/connections/send-batch.ts';
import { connectorsWith, connectorsWithInventory } from '../../connectors/registry.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { upsertSearchDocument } from '../../recorder-core/records/search-documents.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import type { TestHub } from './test-hub.ts';
import { startTestRecorder } from './test-recorder.ts';
import { toneFor } from './tones.ts';

/** The two who speak, each in a tone of their own. */
export const SPEAKERS = [
  { aor: 'sip:+442079460001@sbc.example', name: 'Ágnes Agent', hertz: 300 },
  { aor: 'sip:+14155550100@sbc.example', name: 'Carl Customer', hertz: 900 },
] as const;

/** A recording as the product made it. */
export interface TestRecording {
  readonly id: string;
  readonly parts: readonly Part[];
  /** File of a part in the object store. */
  fileOf(part: Part): string;
}

/** How far on its way the recording is taken. */
export type Stage = 'captured' | 'retained';

/**
 * Places a real call of `ms` to a real recorder and takes the recording through
 * the product's own functions: sealed, stored, its waveform drawn, retained and
 * found by search.
 */
export async function recordCall(
  hub: TestHub,
  { ms = 1000, until = 'retained' }: { readonly ms?: number; readonly until?: Stage } = {},
): Promise<TestRecording> {
  const id = await placeCall(hub, ms);
  return until === 'retained' ? takeToRetention(hub, id) : recordingOf(hub, id);
}

/** Takes a sealed recording through the product's own functions: stored, drawn, retained and found by search. */
export async function takeToRetention(hub: TestHub, id: string): Promise<TestRecording> {
  const { database, services, spool } = hub;
  const dispatcher = openPool(database.dispatcherUrl, 1);
  const deps: ActivityDependencies = {
    ...services,
    dispatcher,
    keks: openKekSource(services.keys, services.newId),
    backupDays: 35,
    archive: new KeyArchive(services.objects, TEST_JOURNAL_SECRET),
    rewrapCredential: () => Promise.reject(new Error('No connection is configured here.')),
    pause: () => Promise.resolve(),
    spool,
    packs: await openRulePacks(),
    linkTo: (recordingId) => `${hub.url}/recordings/${recordingId}`,
    linkToIncident: (incidentId) => `${hub.url}/incidents/${incidentId}`,
    noticeLink: (tenantId) => makeNoticeLink(`${hub.url}`, tenantId),
    runOnConnection: () => Promise.reject(new Error('No connection is configured here.')),
    sendBatch: () => Promise.reject(new Error('No connection is configured here.')),
    inventoryOf: () => {
      throw new Error('No connection is configured here.');
    },
    rebuildStep: () => Promise.reject(new Error('No connection is configured here.')),
    streams: {
      findDue: () => Promise.resolve([]),
      read: () => Promise.reject(new Error('No stream is configured here.')),
    },
    deliveryLimits,
    connectorsWith,
    inventories: connectorsWithInventory,
  };
  const input = { tenantId: database.tenantId, recordingId: id };
  await storeParts(deps)(input);
  await enrichRecording(deps)(input);
  await retainRecording(deps)(input);
  await dispatcher.end();
  await makeSearchable(hub, id);
  return recordingOf(hub, id);
}

async function recordingOf({ database, objects }: TestHub, id: string): Promise<TestRecording> {
  const parts = await database.db.forTenant(database.tenantId, (tx) => readParts(tx, id));
  return { id, parts, fileOf: ({ objectKey }) => join(objects, objectKey) };
}

async function placeCall(hub: TestHub, ms: number): Promise<string> {
  await mkdir(hub.spool, { recursive: true });
  const recorder = await startTestRecorder(hub.database, hub.spool);
  const { client, close } = await openRecordingClient({ transport: 'udp' });
  try {
    const sealed = recorder.nextSealed();
    const parties = SPEAKERS.map(({ aor, name, hertz }) => ({ aor, name, audio: toneFor(hertz, ms) }));
    await client.place({ target: recorder.target('udp'), parties });
    return await sealed;
  } finally {
    await close();
    await recorder.stop();
  }
}

/** The document that the embedded search gets by delivery. */
async function makeSearchable({ database, url }: TestHub, id: string): Promise<void> {
  const { tenantId } = database;
  await database.db.forTenant(tenantId, async (tx) => {
    const recording = (await readRecording(tx, id))!;
    const document = recordingDocumentOf(
      tenantId,
      recording,
      await readParties(tx, [id]),
      `${url}/recordings/${id}`,
    );
    const { revision, held } = recording;
    await upsertSearchDocument(tx, tenantId, { recordingId: id, revision, held, document: { ...document } });
  });
}
