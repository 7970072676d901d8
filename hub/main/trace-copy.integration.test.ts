import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watermarkOf } from '../../activities/exports/watermark.ts';
import { markChips, markPcm } from '../../recorder-core/evidence/sound-mark.ts';
import { voiceLike } from '../../recorder-core/media/test-signal.ts';
import { insertExport } from '../../recorder-core/records/exports.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { traceCopy } from './trace-copy.ts';

const KEY = Buffer.alloc(32, 9);
const SHAPE = { rate: 8000, channels: 1 };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function addExport(recipient: string, tenantId = database.tenantId): Promise<string> {
  const id = newId(Date.now());
  const requestedBy = randomUUID();
  const recordingId = await addRecordingRow(database.db, tenantId);
  await database.db.forTenant(tenantId, async (tx) => {
    await insertUser(tx, tenantId, { id: requestedBy, name: 'Olga', role: 'administrator' });
    await insertExport(tx, tenantId, {
      id,
      purpose: 'test',
      matter: null,
      recipient,
      recipientKey: 'age1',
      recordings: 1,
      bytes: 1,
      recordingIds: [recordingId],
      requestedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 1e6).toISOString(),
      approvalRule: 'none',
      requestedBy,
    });
  });
  return id;
}

async function copyFor(mark: string): Promise<Int16Array> {
  const voice = voiceLike({ samples: 64_000, pitchHz: 150, seed: 2 });
  async function* blocks(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from(voice.buffer, voice.byteOffset, voice.byteLength));
  }
  const [bytes = Buffer.alloc(0)] = await Array.fromAsync(markPcm(blocks(), SHAPE, markChips(KEY, mark)));
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

test('a copy leads to the export it was made for, among all of the tenant, and a stranger to none', async () => {
  const [erika] = [await addExport('Erika Expert'), await addExport('Otto Other')];
  const elsewhere = await database.addTenant();
  const foreign = await addExport('Fritz Foreign', elsewhere);
  const trace = async (mark: string) =>
    traceCopy(database.db, database.tenantId, KEY, { shape: SHAPE, pcm: await copyFor(mark) });
  expect(await trace(watermarkOf('Erika Expert', erika))).toMatchObject({
    exportId: erika,
    recipient: 'Erika Expert',
  });
  expect(await trace('of-nobody')).toBeUndefined();
  expect(await trace(watermarkOf('Fritz Foreign', foreign))).toBeUndefined();
});
