import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lockLedger, untilBlocked } from '../../test/support/blocked-sessions.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DisposalRef } from '../contract.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';

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
const destroy = async (due: DisposalRef): Promise<'destroyed' | 'spared'> =>
  (await bench.activities.lifecycle.destroyKeys(due)).outcome;

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

describe('a hold and the destruction of the keys at the same time', () => {
  test('when the hold is first, the destruction waits for it and spares the recording', async () => {
    const [due] = await claimed();
    const ledger = await lockLedger(database, database.tenantId);
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
    const ledger = await lockLedger(database, database.tenantId);
    const destroying = destroy(due!);
    await untilBlocked(database, 1); // the keys are deleted, but not yet for good
    const holding = hold(due!);
    await untilBlocked(database, 2);
    await ledger.release();
    expect(await Promise.all([holding, destroying])).toEqual(['refused', 'destroyed']);
    await expectOneWinner(due!, 'refused', 'destroyed');
  });

  test('never both succeed, in whatever order they come', async () => {
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
  }, 60_000);
});
