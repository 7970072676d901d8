import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseLeaf } from '../../../recorder-core/ledger/leaf.ts';
import { isAsCaptured, openPart } from '../../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../../recorder-core/records/parts.ts';
import { readLeavesAbout } from '../../../recorder-core/records/stored-leaves.ts';
import {
  encodeTombstone,
  TombstoneJournal,
  type Tombstone,
} from '../../../recorder-core/vault/tombstone-journal.ts';
import { placeHoldOn } from '../../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { checkRestored } from './check-restored.ts';
import { replayRestored } from './replay-restored.ts';

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

/** A tombstone that the database knows nothing of: what a restored one finds in the journal. */
function later(recording: string): Tombstone {
  const now = bench.deps.now();
  return {
    tenant: database.tenantId,
    id: bench.deps.newId(now),
    recording,
    epoch: 1,
    at: now.toISOString(),
    saltedId: '',
    rules: ['retention/default-business-call'],
    packDigest: 'test',
    keys: [],
    stores: ['database'],
  };
}

const partsOf = (recordingId: string): Promise<Part[]> =>
  database.db.forTenant(database.tenantId, (tx) => readParts(tx, recordingId));

describe('replaying what a restored database lacks', () => {
  test('destroys again what had been destroyed, also where the old rows still show a hold that was released since', async () => {
    const recordingId = await bench.retain({ packets: 2 });
    await placeHoldOn(bench.deps, database.tenantId, [recordingId]);
    await bench.deps.journal.write(encodeTombstone(later(recordingId)));
    expect(await replayRestored(bench.deps)).toMatchObject([{ tombstones: 1, periods: 0, lost: 0 }]);
    for (const part of await partsOf(recordingId))
      await expect(openPart(bench.deps, database.tenantId, part)).rejects.toMatchObject({ code: 'gone' });
    const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recordingId));
    const replayed = leaves.find(({ act }) => act === 'restore.replayed');
    expect(parseLeaf(replayed!.body).facts).toMatchObject({ staleHold: true, known: true });
    expect((await bench.read(recordingId)).state).toBe('disposing'); // to be certified once more
  });

  test('knows a tombstone of a recording that is newer than the backup', async () => {
    await bench.deps.journal.write(encodeTombstone(later(randomUUID())));
    expect(await replayRestored(bench.deps)).toMatchObject([{ tombstones: 1 }]);
    expect(await checkRestored(bench.deps)).toEqual([]);
  });

  test('leaves alone what a hold had taken back', async () => {
    const recordingId = await bench.retain({ packets: 2 });
    const tombstone = later(recordingId);
    await bench.deps.journal.write(encodeTombstone(tombstone));
    await bench.deps.journal.withdraw(tombstone);
    expect(await checkRestored(bench.deps)).toEqual([]);
    for (const part of await partsOf(recordingId))
      expect(await isAsCaptured(bench.deps, database.tenantId, part)).toBe(true);
  });

  test('destroys nothing by a tombstone that somebody else put into the store, and opens nothing until it is explained', async () => {
    const recordingId = await bench.retain({ packets: 2 });
    const forger = new TombstoneJournal(bench.deps.objects, Buffer.alloc(32, 66));
    const forged = later(recordingId);
    await forger.write(encodeTombstone(forged));
    await expect(replayRestored(bench.deps)).rejects.toMatchObject({ code: 'integrity_failed' });
    const keys = await database.asOwner(
      'select from data_key d join part p on p.id = d.part_id where p.recording_id = $1',
      [recordingId],
    );
    expect(keys).toHaveLength(3);
    const [part] = await partsOf(recordingId);
    await expect(openPart(bench.deps, database.tenantId, part!)).rejects.toMatchObject({
      code: 'unavailable',
    });
    // Once it is out of the store, the same command ends the quarantine.
    await bench.deps.objects.delete(
      `tombstones/${database.tenantId}/${forged.at.slice(0, 7)}/${forged.id}.tombstone`,
    );
    expect(await replayRestored(bench.deps)).toMatchObject([{ tombstones: 0, lost: 0 }]);
    expect(await isAsCaptured(bench.deps, database.tenantId, part!)).toBe(true);
  });
});
