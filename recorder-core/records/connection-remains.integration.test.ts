/** What a connected system may still have, by what it answered and by what nobody knows. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { placeHoldOn, releaseHoldOf } from '../../test/support/hold-through-api.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { countRemains, forgetRemovedCredential, listRemains } from './connection-remains.ts';
import type { Tx } from './database.ts';
import { claimDeliveries, queueDeliveries } from './deliveries.ts';
import { takeOverLeases } from './delivery-leases.ts';
import { newId } from './ids.ts';
import { insertReceipts, type Receipt } from './receipts.ts';
import { settleDeliveries } from './settle-deliveries.ts';

let database: TestDatabase;
let bench: ActivityBench;
let recordings: string[];
let connectionId: string;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const ids = Array.from({ length: 4 }, () => addRecordingRow(database.db, database.tenantId));
  recordings = (await Promise.all(ids)).sort();
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(async () => {
  const id = randomUUID();
  connectionId = await addConnectionRow(database, { config: {}, id, connector: 'sample', name: id });
});

const NOW = new Date('2026-05-01T12:00:00.000Z');
const UNTIL = new Date('2026-05-01T12:10:00.000Z');
const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
type Said = Pick<Receipt, 'operation' | 'outcome'> & { readonly about: string; readonly at?: Date };
const answered = (...said: readonly Said[]) =>
  inTenant((tx) =>
    insertReceipts(
      tx,
      database.tenantId,
      said.map(({ operation, outcome, about, at = NOW }) => ({
        id: newId(at.getTime()),
        connectionId,
        operation,
        subject: { type: 'recording', id: about },
        outcome,
        remoteId: null,
        remoteVersion: null,
        detail: null,
        contentSha256: null,
        contentSalt: null,
        at: at.toISOString(),
      })),
    ),
  );
const listed = (after: string | null = null, limit = 10) =>
  inTenant((tx) => listRemains(tx, connectionId, after, limit));
const queue = (about: string) =>
  inTenant((tx) =>
    queueDeliveries(tx, { tenantId: database.tenantId, now: NOW, newId: (at) => newId(at.getTime()) }, [
      { connectionId, operation: 'upsert-recording', subject: { type: 'recording', id: about } },
    ]),
  );
const claim = (now: Date) =>
  inTenant(async (tx) => {
    await takeOverLeases(tx, connectionId, { now, parts: 10, waitMs: () => 0 });
    const { tenantId } = database;
    const due = { tenantId, connectionId, lane: 'live', limit: 1, now, withdrawalsOnly: false } as const;
    const leaseUntil = new Date(now.getTime() + 600_000);
    return claimDeliveries(tx, { ...due, leaseId: connectionId, holder: connectionId, leaseUntil });
  });
const takeOver = (now = UNTIL) =>
  inTenant((tx) => takeOverLeases(tx, connectionId, { now, parts: 10, waitMs: () => 0 }));

const said = fc.record({
  operation: fc.constantFrom('upsert-recording', 'delete-recording'),
  outcome: fc.constantFrom('done' as const, 'unknown' as const, 'rejected' as const),
  which: fc.nat(2),
});

test('of each recording the last word counts, in the list, in the number and for the credential', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(said, { maxLength: 12 }), async (all) => {
      await database.asOwner('delete from receipt where connection_id = $1', [connectionId]);
      await database.asOwner(
        `update connection set state = 'removed', remains = 'keep', credential = '\\x00', credential_kind = 'api_key' where id = $1`,
        [connectionId],
      );
      const words = all.map(({ which, ...word }) => ({ ...word, about: recordings[which]! }));
      for (const word of words) await answered(word);
      const there = recordings.filter((id) => {
        const last = words.findLast(({ about, outcome }) => about === id && outcome !== 'rejected');
        return last !== undefined && !(last.operation === 'delete-recording' && last.outcome === 'done');
      });
      expect(await listed()).toEqual(there);
      expect(await inTenant((tx) => countRemains(tx, connectionId))).toEqual({
        recordings: there.length,
        held: 0,
      });
      expect(await inTenant((tx) => forgetRemovedCredential(tx, connectionId))).toBe(there.length === 0);
    }),
    { numRuns: 40 },
  );
});

test('a page has what was answered and what is in doubt, in one order, and goes on behind its last', async () => {
  const [first, second, third, fourth] = recordings as [string, string, string, string];
  for (const about of [second, fourth])
    await answered({ operation: 'upsert-recording', outcome: 'done', about });
  for (const about of [first, first, fourth]) {
    await queue(about);
    await claim(NOW);
    await takeOver();
    await database.asOwner(
      "update delivery set state = 'discarded', settled_at = now() where subject_id = $1",
      [about],
    );
  }
  await queue(third);
  expect(await listed(null, 1)).toEqual([first]);
  expect(await listed(null, 2)).toEqual([first, second]);
  expect(await listed(null, 3)).toEqual([first, second, fourth]);
  await database.asOwner('delete from receipt where connection_id = $1', [connectionId]);
  expect(await listed(null, 2)).toEqual([first, fourth]);
  expect(await listed(second, 2)).toEqual([fourth]);
  expect(await listed(fourth, 2)).toEqual([]);
});

test('what was deleted and then sent once more by a worker that died may be there', async () => {
  const about = recordings[0]!;
  await queue(about);
  const [delivery] = await claim(NOW);
  await queue(about); // wanted again, while its deletion is under way
  const done = {
    state: 'done',
    dueAt: NOW,
    doubtful: false,
    most: null,
    faults: 0,
    keeps: false,
    withdraws: false,
  } as const;
  const settlement = { ...done, delivery: delivery!, connectionVersion: 1, error: null, receiptId: null };
  await inTenant((tx) =>
    settleDeliveries(tx, { connectionId, leaseId: connectionId, now: NOW, batchId: null }, [settlement]),
  );
  await answered({ operation: 'delete-recording', outcome: 'done', about });
  expect(await listed()).toEqual([]);
  expect(await claim(NOW)).toHaveLength(1);
  await takeOver();
  expect(await listed()).toEqual([about]);
  await answered({ operation: 'delete-recording', outcome: 'done', about, at: UNTIL });
  expect(await listed()).toEqual([]);
});

test.each([
  ['before its time was over is still in doubt', -1, 1],
  ['after that is not, whenever that is found', 0, 0],
])('what was with a worker that died, and was deleted %s', async (_when, ms, there) => {
  const about = recordings[0]!;
  await queue(about);
  await claim(NOW);
  await answered({
    operation: 'delete-recording',
    outcome: 'done',
    about,
    at: new Date(UNTIL.getTime() + ms),
  });
  await takeOver(new Date(UNTIL.getTime() + 3_600_000));
  expect(await listed()).toHaveLength(there);
});

test('of those that are there is told how many a hold keeps, whether or not the tenant has one', async () => {
  const [held, other] = recordings as [string, string];
  for (const about of [held, other])
    await answered({ operation: 'upsert-recording', outcome: 'done', about });
  const count = () => inTenant((tx) => countRemains(tx, connectionId));
  expect(await count()).toEqual({ recordings: 2, held: 0 });
  const hold = await placeHoldOn(bench.deps, database.tenantId, [held, recordings[2]!]);
  expect(await count()).toEqual({ recordings: 2, held: 1 });
  await releaseHoldOf(bench.deps, database.tenantId, hold);
  expect(await count()).toEqual({ recordings: 2, held: 0 });
});
