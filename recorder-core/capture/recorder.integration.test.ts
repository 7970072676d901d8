import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestRecorder, type TestRecorder } from '../../test/support/test-recorder.ts';
import { toneFor } from '../../test/support/tones.ts';
import { checkpointNow, readCustody } from '../records/checkpoints.ts';
import { readParties } from '../records/parties.ts';
import { readParts } from '../records/parts.ts';
import { listRecordings } from '../records/recordings.ts';
import { openRecordingClient } from '../siprec/client/open-recording-client.ts';

let database: TestDatabase;
let folder: string;
let spool: string;
let recorder: TestRecorder;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-recorder-'));
  spool = join(folder, 'spool');
  recorder = await startTestRecorder(database, spool);
});

afterAll(async () => {
  await recorder.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const PARTIES = [
  { aor: 'sip:+442079460001@sbc.example', name: 'Agent', audio: toneFor(300, 1500) },
  { aor: 'sip:+14155550100@sbc.example', name: 'Customer', audio: toneFor(440, 1500) },
] as const;

describe('a recorder with its database', () => {
  test('takes a call over UDP and over TCP and commits it with parties, parts, keys and a proven leaf', async () => {
    for (const transport of ['udp', 'tcp'] as const) {
      const { client, close } = await openRecordingClient({ transport });
      const sealed = recorder.nextSealed();
      const report = await client.place({ target: recorder.target(transport), transport, parties: PARTIES });
      await close();
      const recordingId = await sealed;

      const { recording, parts, parties, custody } = await database.db.forTenant(
        database.tenantId,
        async (tx) => ({
          recording: (await listRecordings(tx, { limit: 10 })).find(({ id }) => id === recordingId),
          parts: await readParts(tx, recordingId),
          parties: await readParties(tx, [recordingId]),
          custody: await readCustody(
            tx,
            recordingId,
            await checkpointNow(tx, database.tenantId, recorder.ledgerKeys, new Date()),
          ),
        }),
      );
      expect(recording).toMatchObject({ state: 'captured', partial: false, held: false });
      expect(recording?.durationMs).toBeGreaterThanOrEqual(1400);
      expect(recording?.consent.rules.length).toBeGreaterThan(0);
      expect(parties.map(({ name }) => name)).toEqual(['Agent', 'Customer']);
      expect(parts.map(({ kind }) => kind)).toEqual(['media', 'media', 'metadata']);
      expect(custody).toMatchObject([{ act: 'recording.sealed', proven: true }]);
      for (const stream of report.streams) {
        const part = parts.find(({ label }) => label === stream.label);
        expect(await recorder.payloadDigest(database.tenantId, part!)).toBe(stream.sha256);
      }
    }
    const messages = await database.asOwner('select topic from outbox');
    expect(messages).toEqual([{ topic: 'recording.sealed' }, { topic: 'recording.sealed' }]);
  });

  test('nothing of a call stands in the clear in the spool', async () => {
    for (const folder of await readdir(spool)) {
      const names = await readdir(join(spool, folder));
      expect(names).toEqual(expect.arrayContaining(['committed', 'manifest.json', 'session.journal']));
    }
    expect(await recorder.spoolContains('Customer')).toBe(false);
    expect(await recorder.spoolContains('4155550100')).toBe(false);
  });

  test('refuses a call that consent forbids, with the rules, and stores nothing of it', async () => {
    const strict = await startTestRecorder(database, spool, { announcement: 'none' });
    const before = await readdir(spool);
    const { client, close } = await openRecordingClient({ transport: 'udp' });
    try {
      await expect(
        client.place({
          target: strict.target('udp'),
          parties: [PARTIES[0], { ...PARTIES[1], aor: 'sip:+4930123456@sbc.example' }],
        }),
      ).rejects.toThrow(/403/);
      expect(await readdir(spool)).toEqual(before);
    } finally {
      await close();
      await strict.stop();
    }
  });
});
