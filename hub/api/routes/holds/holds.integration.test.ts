import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { shredKeysOf } from '../../../../test/support/shred-keys.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  parseExactly,
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall, type TestRecording } from '../../../../test/support/test-recording.ts';
import { hold } from '../../schemas/hold.ts';
import { custody } from '../../schemas/ledger.ts';
import { recordingDetail } from '../../schemas/recording.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const holdList = z.object({ items: z.array(hold) });
const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let id: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
});
beforeEach(async () => {
  id = await addRecordingRow(database.db, database.tenantId);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const order = (recordingIds: readonly string[], key?: string, matter = 'Meridian v. Halden') => ({
  method: 'POST',
  body: { matter, reason: 'Litigation is expected.', recordingIds },
  ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
});
const place = (...args: Parameters<typeof order>) => officer.fetch('/api/v1/holds', order(...args));
const release = (holdId: string, reason = 'Settled.') =>
  officer.fetch(`/api/v1/holds/${holdId}/release`, { method: 'POST', body: { reason } });
const holdsOn = async (recordingId: string) =>
  (await officer.read(holdList, `/api/v1/holds?recordingId=${recordingId}`)).items;
const acts = async (recordingId: string) =>
  (await officer.read(custody, `/api/v1/recordings/${recordingId}/custody`)).entries
    .map(({ act }) => act)
    .filter((act) => act.startsWith('hold.'));
const messages = (recordingId: string) =>
  database.asOwner("select topic from outbox where payload ->> 'recordingId' = $1", [recordingId]);

/** Everything a hold could have changed. */
async function traces(): Promise<unknown> {
  await sequenceTenant(database.db, database.tenantId);
  const [row] = await database.asOwner(
    `select (select count(*) from hold) as holds, (select count(*) from hold_item) as items,
            (select count(*) from outbox) as messages, (select sum(revision) from recording) as revisions,
            (select count(*) from ledger_leaf where act like 'hold.%') as leaves`,
  );
  return row;
}

describe('a hold', () => {
  test('is placed on all that it names, and each of them shows it, with leaf, message and new revision', async () => {
    const other = await addRecordingRow(database.db, database.tenantId);
    const response = await place([id, other, id]);
    expect(response.status).toBe(201);
    const placed = parseExactly(hold, await response.json());
    expect(placed).toMatchObject({ matter: 'Meridian v. Halden', placedBy: officer.name, releasedAt: null });
    expect([...placed.recordingIds].sort()).toEqual([id, other].sort());
    for (const recordingId of [id, other]) {
      expect(await officer.read(recordingDetail, `/api/v1/recordings/${recordingId}`)).toMatchObject({
        held: true,
      });
      expect(await holdsOn(recordingId)).toMatchObject([{ id: placed.id }]);
      expect(await acts(recordingId)).toEqual(['hold.placed']);
      expect(await messages(recordingId)).toEqual([{ topic: 'recording.changed' }]);
      expect(await database.asOwner('select revision from recording where id = $1', [recordingId])).toEqual([
        { revision: 2 },
      ]);
    }
  });

  test('says nothing in the ledger that would name a person or the matter', async () => {
    await place([id], undefined, 'Secretive Matter');
    await sequenceTenant(database.db, database.tenantId);
    const leaves = await database.asOwner<{ body: string }>(
      "select convert_from(body, 'UTF8') as body from ledger_leaf where object_id = $1",
      [id],
    );
    expect(leaves[0]!.body).not.toMatch(/Secretive|Litigation|officer/);
    expect(Object.keys((JSON.parse(leaves[0]!.body) as { commitments: object }).commitments).sort()).toEqual([
      'actor',
      'actorId',
      'matter',
      'reason',
    ]);
  });

  test('is not released by one person: it is asked for, once, and stands until another has agreed', async () => {
    const { id: holdId } = parseExactly(hold, await (await place([id])).json());
    const answers = await Promise.all(Array.from({ length: 4 }, () => release(holdId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    expect(await officer.read(recordingDetail, `/api/v1/recordings/${id}`)).toMatchObject({ held: true });
    expect(await holdsOn(id)).toMatchObject([{ id: holdId, releasedAt: null }]);
    expect(await acts(id)).toEqual(['hold.placed']);
  });

  test('on a recording that does not exist changes nothing, also for those that do', async () => {
    const before = await traces();
    for (const ids of [[UNKNOWN], [id, UNKNOWN], [id, randomUUID()]])
      expect(await readProblem(place(ids), 404)).toMatchObject({ field: '/body/recordingIds' });
    await readProblem(release(UNKNOWN), 404);
    expect(await traces()).toEqual(before);
  });

  test('on a recording whose keys were destroyed is refused as gone and changes nothing', async () => {
    const call: TestRecording = await recordCall(hub, { ms: 200, until: 'captured' });
    await shredKeysOf(database, call.id);
    const before = await traces();
    for (const ids of [[call.id], [id, call.id]])
      expect(await readProblem(place(ids), 410)).toMatchObject({ code: 'gone' });
    expect(await traces()).toEqual(before);
  });

  test('named in capital letters is the same recording: its custody shows the hold', async () => {
    const response = await place([id.toUpperCase(), id]);
    expect(parseExactly(hold, await response.json()).recordingIds).toEqual([id]);
    expect(await acts(id)).toEqual(['hold.placed']);
  });

  test('on recordings in opposite order at once: both are placed and nobody waits for ever', async () => {
    const ids = [id];
    for (let i = 0; i < 4; i += 1) ids.push(await addRecordingRow(database.db, database.tenantId));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => place(i % 2 === 0 ? ids : [...ids].reverse())),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect(await holdsOn(id)).toHaveLength(8);
  });

  test('keeps the words as they were written, whatever they are', async () => {
    const matter = `O'Neil; drop table hold; -- "ß" \u202e 日本 😀 <script>alert(1)</script>`;
    const placed = parseExactly(hold, await (await place([id], `key-${randomUUID()}`, matter)).json());
    expect(placed.matter).toBe(matter);
    expect((await holdsOn(id))[0]!.matter).toBe(matter);
  });
});

describe('the same request sent again', () => {
  test('gets the same answer, and there is one hold', async () => {
    const key = randomUUID();
    const answers = [await place([id], key), await place([id], key), await place([id], key)];
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
    expect(await holdsOn(id)).toHaveLength(1);
    expect(await acts(id)).toEqual(['hold.placed']);
  });

  test('at the same time, many times, places one hold and answers all alike', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 12 }, () => place([id], key)));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
    expect(new Set(bodies.map((body) => (JSON.parse(body) as { id: string }).id)).size).toBe(1);
    expect(await holdsOn(id)).toHaveLength(1);
  });

  test('with another body or to another address is refused, and nothing happens', async () => {
    const key = randomUUID();
    const { id: holdId } = parseExactly(hold, await (await place([id], key)).json());
    const before = await traces();
    expect(await readProblem(place([id], key, 'Another matter'), 409)).toMatchObject({
      field: 'Idempotency-Key',
    });
    const elsewhere = officer.fetch(`/api/v1/holds/${holdId}/release`, {
      method: 'POST',
      body: { reason: 'x' },
      headers: { 'Idempotency-Key': key },
    });
    await readProblem(elsewhere, 409);
    expect(await traces()).toEqual(before);
  });

  test('by another person under the same key is a request of its own', async () => {
    const key = randomUUID();
    await place([id], key);
    const colleague = await hub.signIn('compliance_officer');
    expect((await colleague.fetch('/api/v1/holds', order([id], key))).status).toBe(201);
    expect(await holdsOn(id)).toHaveLength(2);
  });

  test('after it was refused is tried anew: a refusal is not kept', async () => {
    const key = randomUUID();
    const future = randomUUID();
    await readProblem(place([future], key), 404);
    await addRecordingRow(database.db, database.tenantId, { id: future });
    expect((await place([future], key)).status).toBe(201);
  });

  test('is no way round a role that was taken away', async () => {
    const key = randomUUID();
    const person = await hub.signIn('compliance_officer');
    expect((await person.fetch('/api/v1/holds', order([id], key))).status).toBe(201);
    await database.asOwner("update app_user set role = 'auditor' where id = $1", [person.userId]);
    await readProblem(person.fetch('/api/v1/holds', order([id], key)), 403);
  });

  test('needs a key that is one', async () => {
    for (const key of ['short', 'x'.repeat(201), 'with space in it', 'ümlaut-key'])
      expect(await readProblem(place([id], key), 400)).toMatchObject({ field: 'Idempotency-Key' });
  });
});
