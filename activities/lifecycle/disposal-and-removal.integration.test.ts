import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { removeConnection, type RemovalWish } from '../../hub/connections/remove-connection.ts';
import { ON_THE_MACHINE } from '../../hub/identity/circumstances.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { asActivity, openActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const WISHES: readonly RemovalWish[] = [
  { remains: 'withdraw' },
  { remains: 'keep', why: 'The archive of the old house keeps its copies.' },
];

for (const wish of WISHES)
  test(`a connection removed (${wish.remains}) in the middle of a disposal is asked to delete all the same, and the certificate says so`, async () => {
    const bench = await openActivityBench(database);
    const { lifecycle, connectors } = bench.activities;
    try {
      const recordingId = await bench.retain({ packets: 2 });
      const ref = { tenantId: database.tenantId, recordingId };
      const there = { ...ref, connectionId: bench.searchId };
      await asActivity(() => connectors.deliverRecording(there));
      await bench.makeDue(recordingId);
      const { claimed } = await lifecycle.claimDue({ partition: 0, partitions: 1, limit: 10 });
      const due = claimed.find((one) => one.recordingId === recordingId)!;
      expect(await lifecycle.confirmDisposal(due)).toEqual({ outcome: 'confirmed' });
      const { connectionIds } = await lifecycle.listDeliveries(ref);
      expect(connectionIds).toContain(bench.searchId);

      // The embedded search is one that cannot be removed; as a connection it is as good as any.
      await database.asOwner('update connection set mandatory = false where id = $1', [bench.searchId]);
      await database.db.forTenant(database.tenantId, async (tx) => {
        const person = { id: randomUUID(), name: 'Ilse Integrator', role: 'administrator' };
        await insertUser(tx, database.tenantId, person);
        const asking = {
          ...{ db: database.db, tenantId: database.tenantId, person, now: new Date() },
          ...{ newId: bench.deps.newId, circumstances: ON_THE_MACHINE },
        };
        await removeConnection(tx, asking as never, bench.searchId, wish);
      });

      for (let again = 0; again < 2; again += 1)
        expect(await asActivity(() => connectors.withdrawRecording({ ...due, ...there }))).toEqual({
          outcome: 'done',
        });
      await lifecycle.writeTombstone(due);
      expect(await lifecycle.destroyKeys(due)).toEqual({ outcome: 'destroyed' });
      await lifecycle.destroyObjects(due);
      await lifecycle.certifyDisposal(due);
      expect(
        await database.asOwner('select removed, words from search_document where recording_id = $1', [
          recordingId,
        ]),
      ).toEqual([{ removed: true, words: '' }]);
      const certificate = await database.db.forTenant(database.tenantId, (tx) =>
        readCertificate(tx, recordingId),
      );
      expect(JSON.stringify(certificate)).toContain(bench.searchId);
    } finally {
      await bench.close();
    }
  }, 60_000);
