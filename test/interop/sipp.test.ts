import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { encodePcmu } from '../../recorder-core/media/g711.ts';
import { voiceLike } from '../../recorder-core/media/test-signal.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { listRecordings, type Recording } from '../../recorder-core/records/recordings.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestRecorder, type TestRecorder } from '../support/test-recorder.ts';
import { runSipp, type RunningSipp } from './run-sipp.ts';
import { openSecondLine } from './send-line.ts';
import { SIPP, sippTest } from './sipp-test.ts';

const TRANSPORTS = ['udp', 'tcp'] as const;
type Transport = (typeof TRANSPORTS)[number];

/** Three seconds each: shorter than the pause in which the scenario lets the audio play. */
const AGENT = speech(140, 11);
const CUSTOMER = speech(210, 12);

let folder: string;
let database: TestDatabase;
let recorder: TestRecorder;
let runs = 0;

beforeAll(async () => {
  if (SIPP === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'holdfast-interop-'));
  database = await openTestDatabase();
  recorder = await startTestRecorder(database, join(folder, 'spool'));
});

afterAll(async () => {
  if (SIPP === undefined) return;
  await recorder.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('sipp as a recording client', () => {
  for (const transport of TRANSPORTS) {
    sippTest(`over ${transport}, the sealed parts hold exactly the audio that was sent`, async (sipp) => {
      const sealed = recorder.nextSealed();
      const sent = await recordCall(sipp, transport, 'offer');

      const { recording, parties, media } = await read(await sealed);
      expect(recording).toMatchObject({ state: 'captured', partial: false, warnings: [] });
      expect(parties).toMatchObject([
        { name: 'Agent', label: '96' },
        { name: 'Customer', label: '97' },
      ]);
      expect(await digests(media)).toEqual({ 96: sha256(AGENT), 97: sha256(CUSTOMER) });
      expect(sent).toBe(sha256(CUSTOMER));
    });

    sippTest(
      `over ${transport}, metadata that cannot be read is a warning and the call is recorded`,
      async (sipp) => {
        const sealed = recorder.nextSealed();
        await recordCall(sipp, transport, 'broken-metadata-offer');

        const { recording, media } = await read(await sealed);
        expect(recording.warnings.join()).toMatch(/metadata could not be read/);
        expect(await digests(media)).toEqual({ 96: sha256(AGENT), 97: sha256(CUSTOMER) });
      },
    );

    sippTest(`over ${transport}, OPTIONS learns what the recorder can do`, async (sipp) => {
      await (
        await place(sipp, transport, 'options')
      ).succeeded;
    });

    sippTest(
      `over ${transport}, an unknown extension is refused with 420 and nothing is recorded`,
      async (sipp) => {
        const before = await countRecordings();
        await (
          await place(sipp, transport, 'unknown-extension', 'offer')
        ).succeeded;
        expect(await countRecordings()).toBe(before);
      },
    );
  }

  sippTest('an INVITE that is sent three times makes one recording', async (sipp) => {
    const before = await countRecordings();
    const sealed = recorder.nextSealed();
    await (
      await place(sipp, 'udp', 'retransmitted-invite', 'offer')
    ).succeeded;
    await sealed;
    expect(await countRecordings()).toBe(before + 1);
  });

  sippTest('a CANCEL before the answer gets 200, and the INVITE 487', async (sipp) => {
    await (
      await place(sipp, 'udp', 'cancelled-invite', 'offer')
    ).succeeded;
  });
});

/** A whole call with both lines; answers the SHA-256 of what was sent on the second. */
async function recordCall(sipp: string, transport: Transport, offer: string): Promise<string> {
  const line = await openSecondLine(CUSTOMER);
  try {
    const run = await place(sipp, transport, 'record-call', offer, line.port);
    const sent = await line.send(Number(await run.logged(/second line (\d+)/)));
    await run.succeeded;
    return sent;
  } finally {
    await line.close();
  }
}

async function place(
  sipp: string,
  transport: Transport,
  scenario: string,
  offer?: string,
  secondPort = 9,
): Promise<RunningSipp> {
  const own = join(folder, `run-${++runs}`);
  await mkdir(own);
  await writeFile(join(own, 'agent.ulaw'), AGENT);
  const port = Number(/:(\d+);/.exec(recorder.target(transport))?.[1]);
  return runSipp({
    sipp,
    scenario,
    ...(offer === undefined ? {} : { offer }),
    transport,
    port,
    folder: own,
    keys: { second_port: String(secondPort), started_at: new Date().toISOString() },
  });
}

async function read(recordingId: string) {
  return database.db.forTenant(database.tenantId, async (tx) => {
    const recordings: Recording[] = await listRecordings(tx, { limit: 100 });
    const parts: Part[] = await readParts(tx, recordingId);
    return {
      recording: recordings.find(({ id }) => id === recordingId)!,
      parties: await readParties(tx, [recordingId]),
      media: parts.filter(({ kind }) => kind === 'media'),
    };
  });
}

/** SHA-256 over the payloads of all stored packets, in order, by the label of the line. */
async function digests(media: readonly Part[]): Promise<Record<string, string>> {
  const found = media.map(async (part) => [
    part.label ?? '',
    await recorder.payloadDigest(database.tenantId, part),
  ]);
  return Object.fromEntries(await Promise.all(found)) as Record<string, string>;
}

async function countRecordings(): Promise<number> {
  const [row] = await database.asOwner<{ count: string }>('select count(*) from recording');
  return Number(row?.count);
}

function speech(pitchHz: number, seed: number): Buffer {
  return Buffer.from(encodePcmu(voiceLike({ samples: 24_000, pitchHz, seed })));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
