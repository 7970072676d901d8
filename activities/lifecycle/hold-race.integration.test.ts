import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lockLedger, untilBlocked } from '../../test/support/blocked-sessions.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DisposalRef } from '../contract.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { readTombstone } from '../../recorder-core/records/tombstones.ts';
import { decodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';

/** What many rounds may take: each is a dozen transactions that wait for the disk. It says nothing of a single one. */
const MANY_MS = 240_000;

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

async function claimed(count = 1): Promise<DisposalRef[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const id = await bench.retain({ packets: 2 });
    await bench.makeDue(id);
    await database.asOwner('update recording set call_id = id::text where id = $1', [id]);
    ids.push(id);
  }
  const answer = await bench.activities.lifecycle.claimDue({ partition: 0, partitions: 1, limit: 1000 });
  return answer.claimed.filter(({ recordingId }) => ids.includes(recordingId));
}

const hold = (due: DisposalRef): Promise<'held' | 'refused'> =>
  placeHoldOn(bench.deps, database.tenantId, [due.recordingId]).then(
    () => 'held',
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'gone' });
      return 'refused';
    },
  );
/** The same by a query that reaches this recording and no other; it never refuses what is gone. */
const holdByQuery = async (due: DisposalRef): Promise<'held'> => {
  await placeHoldOn(bench.deps, database.tenantId, [], { callIds: [due.recordingId] });
  return 'held';
};
const destroy = async (due: DisposalRef): Promise<'destroyed' | 'spared'> =>
  (await bench.activities.lifecycle.destroyKeys(due)).outcome;

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);

/** Exactly one of the two has happened, and the rows say the same. */
async function expectOneWinner(due: DisposalRef, held: string, destroyed: string): Promise<void> {
  const keys = await database.db.forTenant(database.tenantId, (tx) => readKekIds(tx, due.recordingId));
  const recording = await bench.read(due.recordingId);
  if (held === 'held') {
    expect([destroyed, keys.size > 0, recording.held, recording.state]).toEqual([
      'spared',
      true,
      true,
      'retained',
    ]);
  } else {
    expect([destroyed, keys.size, recording.held, recording.state]).toEqual([
      'destroyed',
      0,
      false,
      'disposing',
    ]);
  }
}

describe('a hold by query and the destruction of the keys at the same time', () => {
  test('when the hold is first, the destruction waits at the gate and spares the recording', async () => {
    const [due] = await claimed();
    await bench.activities.lifecycle.writeTombstone(due!);
    const ledger = await lockLedger(database);
    const holding = holdByQuery(due!);
    await untilBlocked(database, 1); // the gate is closed, the hold waits for the ledger
    const destroying = destroy(due!);
    await untilBlocked(database, 2);
    await ledger.release();
    expect(await Promise.all([holding, destroying])).toEqual(['held', 'spared']);
    await expectOneWinner(due!, 'held', 'spared');
  });

  test('when the destruction is first, the hold waits for it, is placed, and does not claim what is gone', async () => {
    const [due] = await claimed();
    await bench.activities.lifecycle.writeTombstone(due!);
    const ledger = await lockLedger(database);
    const destroying = destroy(due!);
    await untilBlocked(database, 1); // the keys are deleted, but not yet for good
    const holding = holdByQuery(due!);
    await untilBlocked(database, 2);
    await ledger.release();
    expect(await Promise.all([holding, destroying])).toEqual(['held', 'destroyed']);
    await expectOneWinner(due!, 'refused', 'destroyed');
    // Its disposal comes to its end: what describes it may go.
    await bench.activities.lifecycle.destroyObjects(due!);
    await bench.activities.lifecycle.certifyDisposal(due!);
    expect((await bench.read(due!.recordingId)).state).toBe('disposed');
  });

  test('the database itself refuses to lose the key, also where the code above forgot both gate and decision', async () => {
    const [due] = await claimed();
    await bench.activities.lifecycle.writeTombstone(due!);
    await database.asOwner(
      `insert into hold (tenant_id, id, matter, reason, placed_at, by_query) values ($1, $2, 'm', 'r', now(), true)`,
      [database.tenantId, due!.recordingId],
    );
    await database.asOwner(
      'insert into hold_query (tenant_id, hold_id, call_ids) values ($1, $2, array[$3])',
      [database.tenantId, due!.recordingId, due!.recordingId],
    );
    const remove = database.asOwner(
      'delete from data_key d using part p where p.id = d.part_id and p.recording_id = $1',
      [due!.recordingId],
    );
    await expect(remove).rejects.toThrow('a hold is on its recording');
  });

  test(
    'nothing is lost in any order, and many holds at once get on',
    async () => {
      const all = await claimed(12);
      const answers = await Promise.all(
        all.flatMap((due, round) =>
          round % 2 === 0 ? [holdByQuery(due), destroy(due)] : [destroy(due), holdByQuery(due)],
        ),
      );
      for (const [round, due] of all.entries()) {
        const destroyed = answers[2 * round + (round % 2 === 0 ? 1 : 0)]!;
        await expectOneWinner(due, destroyed === 'spared' ? 'held' : 'refused', destroyed);
      }
    },
    MANY_MS,
  );
});

describe('a hold and the destruction of the keys at the same time', () => {
  test('when the hold is first, the destruction waits for it and spares the recording', async () => {
    const [due] = await claimed();
    const ledger = await lockLedger(database);
    const holding = hold(due!);
    await untilBlocked(database, 1); // the hold has the recording and waits for the ledger
    const destroying = destroy(due!);
    await untilBlocked(database, 2);
    await ledger.release();
    expect(await Promise.all([holding, destroying])).toEqual(['held', 'spared']);
    await expectOneWinner(due!, 'held', 'spared');
  });

  test('when the destruction is first, the hold waits for it and is refused', async () => {
    const [due] = await claimed();
    await bench.activities.lifecycle.writeTombstone(due!);
    const ledger = await lockLedger(database);
    const destroying = destroy(due!);
    await untilBlocked(database, 1); // the keys are deleted, but not yet for good
    const holding = hold(due!);
    await untilBlocked(database, 2);
    await ledger.release();
    expect(await Promise.all([holding, destroying])).toEqual(['refused', 'destroyed']);
    await expectOneWinner(due!, 'refused', 'destroyed');
  });

  test('when the hold comes between tombstone and destruction, the tombstone is taken back everywhere and the keys open again', async () => {
    const [due] = await claimed();
    await bench.activities.lifecycle.writeTombstone(due!);
    const [part] = await inTenant((tx) => readParts(tx, due!.recordingId));
    await expect(openPart(bench.deps, database.tenantId, part!)).rejects.toMatchObject({ code: 'gone' });
    const standing = await inTenant((tx) => readTombstone(tx, due!.recordingId));
    const { journal } = bench.deps;
    const journaled = async (): Promise<boolean> =>
      (await journal.list(database.tenantId)).some(({ id }) => id === standing?.id);
    expect(await journaled()).toBe(true);

    expect(await hold(due!)).toBe('held');
    expect(await journaled()).toBe(false);
    expect(await destroy(due!)).toBe('spared');
    await expectOneWinner(due!, 'held', 'spared');
    await (await openPart(bench.deps, database.tenantId, part!)).close();
  });

  test('a hold that failed after taking back the tombstone in the journal ends this disposal; the next one has a tombstone of its own', async () => {
    const [due] = await claimed();
    await bench.activities.lifecycle.writeTombstone(due!);
    const first = await inTenant((tx) => readTombstone(tx, due!.recordingId));
    await bench.deps.journal.withdraw(decodeTombstone(first!.body)); // and then its transaction broke
    expect(await destroy(due!)).toBe('spared');
    const { claimed: again } = await bench.activities.lifecycle.claimDue({
      partition: 0,
      partitions: 1,
      limit: 1000,
    });
    const next = again.find(({ recordingId }) => recordingId === due!.recordingId);
    expect(await destroy(next!)).toBe('destroyed');
    const second = await inTenant((tx) => readTombstone(tx, due!.recordingId));
    expect(second?.id).not.toBe(first?.id);
    expect(await bench.deps.journal.isWithdrawn(decodeTombstone(second!.body))).toBe(false);
  });

  test('the database itself refuses to lose a key under a hold, or one that no tombstone names', async () => {
    const [free, held] = await claimed(2);
    const remove = ({ recordingId }: DisposalRef) =>
      database.asOwner('delete from data_key d using part p where p.id = d.part_id and p.recording_id = $1', [
        recordingId,
      ]);
    await expect(remove(free!)).rejects.toMatchObject({ code: '42501' });
    await bench.activities.lifecycle.writeTombstone(held!);
    // As if a hold had been placed by something that knows nothing of tombstones.
    await database.asOwner(
      "insert into hold (tenant_id, id, matter, reason, placed_by, placed_at) values ($1, $2, 'm', 'r', $2, now())",
      [database.tenantId, held!.recordingId],
    );
    await database.asOwner('insert into hold_item (tenant_id, hold_id, recording_id) values ($1, $2, $2)', [
      database.tenantId,
      held!.recordingId,
    ]);
    await expect(remove(held!)).rejects.toMatchObject({ code: '42501' });
  });

  test(
    'never both succeed, in whatever order they come',
    async () => {
      const outcomes = new Set<string>();
      for (const [round, due] of (await claimed(40)).entries()) {
        const tasks = [() => hold(due), () => destroy(due)] as const;
        const order = round % 2 === 0 ? [0, 1] : [1, 0];
        const answers: string[] = [];
        await Promise.all(order.map(async (which) => (answers[which] = await tasks[which as 0 | 1]())));
        await expectOneWinner(due, answers[0]!, answers[1]!);
        outcomes.add(answers[0]!);
      }
      expect(outcomes.size).toBeGreaterThan(0);
    },
    MANY_MS,
  );
});
