import { cp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyLedger, verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DisposalRef } from '../contract.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { insertReceipts } from '../../recorder-core/records/receipts.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
const partsOf = (recordingId: string): Promise<Part[]> =>
  database.db.forTenant(database.tenantId, (tx) => readParts(tx, recordingId));
const actsOf = async (recordingId: string): Promise<string[]> =>
  (await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recordingId))).map(
    ({ act }) => act,
  );

/** A stored, enriched, indexed recording whose time has come, claimed for disposal. */
async function claimed(names?: readonly [string, string]): Promise<DisposalRef> {
  const recordingId = await bench.retain(names && { names });
  await bench.activities.media.enrichRecording(ref(recordingId));
  await asActivity(() =>
    bench.activities.connectors.deliverRecording({ ...ref(recordingId), connectionId: bench.searchId }),
  );
  await bench.makeDue(recordingId);
  const answer = await bench.activities.lifecycle.claimDue({ partition: 0, partitions: 1, limit: 100 });
  return answer.claimed.find((due) => due.recordingId === recordingId)!;
}

async function disposeOf(due: DisposalRef): Promise<number> {
  const { lifecycle, connectors } = bench.activities;
  expect(await lifecycle.destroyKeys(due)).toEqual({ outcome: 'destroyed' });
  await lifecycle.destroyObjects(due);
  const { connectionIds } = await lifecycle.listDeliveries(due);
  for (const connectionId of connectionIds)
    await asActivity(() => connectors.withdrawRecording({ ...due, connectionId }));
  return (await lifecycle.certifyDisposal(due)).ledgerIndex;
}

/** Every place of the database in which a text stands, as `table: row`. */
async function placesOf(text: string): Promise<string[]> {
  const tables = await database.asOwner<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await database.asOwner<{ row: string }>(
      `select t::text as row from ${name} t where t::text ilike $1 or t::text like $2`,
      [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

describe('destroying the keys of a recording', () => {
  test('is entered with the rules that decided, and does nothing when asked again', async () => {
    const due = await claimed();
    expect(await bench.activities.lifecycle.destroyKeys(due)).toEqual({ outcome: 'destroyed' });
    expect(await bench.activities.lifecycle.destroyKeys(due)).toEqual({ outcome: 'destroyed' });
    expect((await actsOf(due.recordingId)).filter((act) => act === 'keys.destroyed')).toHaveLength(1);
    const parts = await partsOf(due.recordingId);
    expect(parts).toHaveLength(4);
    expect(parts.every(({ destroyedAt }) => destroyedAt !== null)).toBe(true);
  });

  test('is spared by a hold that came after the claim: the recording is retained, with its date, and can be claimed anew', async () => {
    const due = await claimed();
    const dateBefore = (await bench.read(due.recordingId)).retainUntil;
    await placeHoldOn(bench.deps, database.tenantId, [due.recordingId]);
    expect(await bench.activities.lifecycle.destroyKeys(due)).toEqual({ outcome: 'spared' });
    expect(await bench.read(due.recordingId)).toMatchObject({
      state: 'retained',
      held: true,
      retention: { outcome: 'RETAIN' },
      retainUntil: dateBefore,
    });
    expect(await actsOf(due.recordingId)).toContain('disposal.refused');
    for (const part of await partsOf(due.recordingId)) {
      await (await openPart(bench.deps, database.tenantId, part)).close();
    }
    expect(await bench.activities.lifecycle.destroyKeys(due)).toEqual({ outcome: 'spared' });
  });

  test('is not done by a disposal of an earlier claim', async () => {
    const due = await claimed();
    expect(
      await bench.activities.lifecycle.destroyKeys({ ...due, policyEpoch: due.policyEpoch - 1 }),
    ).toEqual({
      outcome: 'spared',
    });
    expect((await partsOf(due.recordingId)).every(({ destroyedAt }) => destroyedAt === null)).toBe(true);
  });
});

describe('deleting the objects of a recording', () => {
  test('is refused while its keys stand', async () => {
    const due = await claimed();
    await expect(bench.activities.lifecycle.destroyObjects(due)).rejects.toMatchObject({ code: 'held' });
    for (const { objectKey } of await partsOf(due.recordingId)) {
      expect(await bench.deps.objects.head(objectKey)).toBeDefined();
    }
  });

  test('takes every part and what no row names, and can be repeated', async () => {
    const due = await claimed();
    const [part] = await partsOf(due.recordingId);
    const stray = part!.objectKey.replace(part!.id, 'stray');
    await bench.deps.objects.put(stray, join(bench.objects, part!.objectKey));
    await bench.activities.lifecycle.destroyKeys(due);
    expect(await bench.activities.lifecycle.destroyObjects(due)).toEqual({ deleted: 5 });
    expect(await bench.activities.lifecycle.destroyObjects(due)).toEqual({ deleted: 0 });
    expect(await bench.deps.objects.head(stray)).toBeUndefined();
  });
});

describe('certifying a disposal', () => {
  test('is refused while a key or an object is left', async () => {
    const due = await claimed();
    await expect(bench.activities.lifecycle.certifyDisposal(due)).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    await bench.activities.lifecycle.destroyKeys(due);
    await expect(bench.activities.lifecycle.certifyDisposal(due)).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    expect((await bench.read(due.recordingId)).state).toBe('disposing');
  });

  test('states the rules, the parts and what the connected systems answered, once, and the ledger verifies', async () => {
    const due = await claimed();
    const digests = (await partsOf(due.recordingId)).map(({ ciphertextSha256 }) =>
      ciphertextSha256.toString('hex'),
    );
    const ledgerIndex = await disposeOf(due);
    expect(await bench.activities.lifecycle.certifyDisposal(due)).toEqual({ ledgerIndex });

    const certificate = await database.db.forTenant(database.tenantId, (tx) =>
      readCertificate(tx, due.recordingId),
    );
    expect(certificate).toMatchObject({ policyEpoch: due.policyEpoch, ledgerIndex });
    expect(certificate?.rules.map(({ id }) => id)).toContain('retention/default-business-call');
    const evidence = certificate?.evidence as { parts: { ciphertextSha256: string }[] };
    expect(evidence).toMatchObject({
      liveKeys: 0,
      objectsLeft: 0,
      connections: [{ connectionId: bench.searchId, outcome: 'done', detail: 'deleted' }],
    });
    expect(evidence.parts.map(({ ciphertextSha256 }) => ciphertextSha256)).toEqual(digests);
    expect((await bench.read(due.recordingId)).state).toBe('disposed');
    expect(await actsOf(due.recordingId)).toEqual([
      'recording.sealed',
      'recording.stored',
      'recording.derived',
      'delivery.done',
      'disposal.decided',
      'tombstone.written',
      'keys.destroyed',
      'delivery.done',
      'disposal.certified',
    ]);

    const key = testLedgerKeys;
    expect(await verifyLedger(bench.deps, database.tenantId, key, new Date())).toMatchObject({ ok: true });
    const findings = await Array.fromAsync(
      verifyRecordings(bench.deps, database.tenantId, key, new Date(), due.recordingId),
    );
    expect(findings).toMatchObject([
      { ok: true, statement: expect.stringContaining('Disposed of') as unknown },
    ]);
  });

  test('leaves no word of who spoke in any table', async () => {
    const due = await claimed(['Quirin Quastenberg', 'Wilhelmine Wolkenstein']);
    expect((await placesOf('Wolkenstein')).map((place) => place.split(':')[0])).toEqual(
      expect.arrayContaining(['party', 'search_document', 'recording']),
    );
    await disposeOf(due);
    for (const word of ['Quastenberg', 'Wolkenstein']) expect(await placesOf(word)).toEqual([]);
    const parties = await database.asOwner('select from party where recording_id = $1', [due.recordingId]);
    expect(parties).toEqual([]);
    const [document] = await database.asOwner(
      'select document, words from search_document where recording_id = $1',
      [due.recordingId],
    );
    expect(document).toEqual({ document: {}, words: '' });
  });

  test('fits into its leaf however often a connected system had to be asked', async () => {
    const due = await claimed();
    const { lifecycle } = bench.activities;
    await lifecycle.destroyKeys(due);
    await lifecycle.destroyObjects(due);
    await asActivity(() =>
      bench.activities.connectors.withdrawRecording({ ...due, connectionId: bench.searchId }),
    );
    await database.db.forTenant(database.tenantId, async (tx) => {
      await insertReceipts(
        tx,
        database.tenantId,
        Array.from({ length: 1000 }, (_none, attempt) => ({
          id: bench.deps.newId(new Date()),
          connectionId: bench.searchId,
          operation: 'delete-recording',
          subject: { type: 'recording', id: due.recordingId },
          outcome: attempt < 999 ? 'rejected' : 'done',
          remoteId: null,
          remoteVersion: null,
          detail: 'transient: The connected system did not answer in time.',
          contentSha256: null,
          contentSalt: null,
          at: new Date(Date.now() + attempt).toISOString(),
        })),
      );
    });
    await lifecycle.certifyDisposal(due);
    const certificate = await database.db.forTenant(database.tenantId, (tx) =>
      readCertificate(tx, due.recordingId),
    );
    expect(certificate?.evidence).toMatchObject({
      connections: [{ connectionId: bench.searchId, outcome: 'done' }],
    });
  });
});

describe('a recording that was disposed of', () => {
  test('is not opened either when its key row and its objects come back from a backup', async () => {
    const due = await claimed();
    const parts = await partsOf(due.recordingId);
    const copies = join(bench.objects, '..', `backup-${due.recordingId}`);
    const folder = join(bench.objects, parts[0]!.objectKey, '..');
    await cp(folder, copies, { recursive: true });
    const ids = parts.map(({ id }) => id);
    const rows = await database.asOwner('select * from data_key where part_id = any ($1)', [ids]);
    await disposeOf(due);
    await cp(copies, folder, { recursive: true });
    for (const { tenant_id, part_id, kek_id, wrapped } of rows) {
      await database.asOwner(
        'insert into data_key (tenant_id, part_id, kek_id, wrapped) values ($1, $2, $3, $4)',
        [tenant_id, part_id, kek_id, wrapped],
      );
    }
    for (const part of await partsOf(due.recordingId)) {
      await expect(openPart(bench.deps, database.tenantId, part)).rejects.toMatchObject({ code: 'gone' });
    }
    await database.asOwner('delete from data_key where part_id = any ($1)', [ids]);
  });

  test('can never be opened, not with a copy of its ciphertext either', async () => {
    const due = await claimed();
    const parts = await partsOf(due.recordingId);
    const copies = join(bench.objects, '..', `copy-${due.recordingId}`);
    const folder = join(bench.objects, parts[0]!.objectKey, '..');
    await cp(folder, copies, { recursive: true });
    await disposeOf(due);
    for (const part of parts) {
      await expect(openPart(bench.deps, database.tenantId, part)).rejects.toMatchObject({ code: 'gone' });
    }
    await cp(copies, folder, { recursive: true });
    for (const part of await partsOf(due.recordingId)) {
      await expect(openPart(bench.deps, database.tenantId, part)).rejects.toMatchObject({ code: 'gone' });
    }
    // A backup of its row with the key ring opens it until its period of keys is closed: activities/keys.
    expect((await readdir(folder)).length).toBe(4);
    expect((await readFile(join(folder, parts[0]!.id))).length).toBe(parts[0]!.ciphertextBytes);
    const left = await database.asOwner('select from data_key where part_id = any ($1)', [
      parts.map(({ id }) => id),
    ]);
    expect(left).toEqual([]);
  });
});
