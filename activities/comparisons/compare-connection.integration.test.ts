import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askComparison } from '../../hub/connections/ask-comparison.ts';
import { localAdministrator } from '../../hub/identity/local-administrator.ts';
import { remoteError, RemoteFailure } from '../../connectors/kit/remote-error.ts';
import { readComparison } from '../../recorder-core/records/connection-comparisons.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { deliverDue } from '../deliveries/deliver-due.ts';
import { compareConnection } from './compare-connection.ts';

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

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const ask = (repairs: boolean) =>
  inTenant(async (tx) => {
    const now = new Date();
    const { db, tenantId } = database;
    const person = await localAdministrator(tx, tenantId, now);
    return askComparison(tx, { db, tenantId, person, now, newId: bench.deps.newId }, bench.searchId, {
      repairs,
    });
  });
const compare = async (repairs = false, change: Partial<ActivityDependencies> = {}) => {
  const { id } = await ask(repairs);
  await asActivity(() =>
    compareConnection({ ...bench.deps, ...change })({ tenantId: database.tenantId, comparisonId: id }),
  );
  return (await inTenant((tx) => readComparison(tx, id)))!;
};
const addRetained = async (document?: Record<string, unknown>): Promise<string> => {
  const id = await addRecordingRow(database.db, database.tenantId, {}, document);
  await database.asOwner("update recording set state = 'retained' where id = $1", [id]);
  return id;
};
const revise = (id: string, revision: string) =>
  database.asOwner(`update search_document set revision = ${revision} where recording_id = $1`, [id]);

describe('a comparison of what a connected system holds', () => {
  test('tells what is missing, older, newer, not to be there and unknown, and a repair puts right what it can', async () => {
    const sameId = await addRetained({ words: 'same' });
    await revise(sameId, '2');
    const missing = await addRetained();
    const older = await addRetained({ words: 'older' });
    const newer = await addRetained({ words: 'newer' });
    await revise(newer, '9');
    const extra = await addRetained({ words: 'extra' });
    await database.asOwner("update recording set state = 'disposed' where id = $1", [extra]);
    const report = await compare();
    expect(report).toMatchObject({
      state: 'done',
      counts: { same: 1, waiting: 0, missing: 1, older: 1, newer: 1, extra: 1, unknown: 0 },
      examples: { missing: [missing], older: [older], newer: [newer], extra: [extra] },
    });
    expect(await database.asOwner('select from delivery')).toHaveLength(0);

    expect(await compare(true)).toMatchObject({ state: 'done', counts: { missing: 1, older: 1, extra: 1 } });
    expect(await compare()).toMatchObject({ counts: { waiting: 3, missing: 0, older: 0, extra: 0 } });
    await asActivity(() =>
      deliverDue(bench.deps)({ tenantId: database.tenantId, connectionId: bench.searchId, lane: 'backfill' }),
    );
    await asActivity(() =>
      deliverDue(bench.deps)({ tenantId: database.tenantId, connectionId: bench.searchId, lane: 'live' }),
    );
    expect(await compare()).toMatchObject({
      counts: { same: 3, waiting: 0, missing: 0, older: 0, newer: 1, extra: 0, unknown: 0 },
    });
    const leaves = await inTenant((tx) => readLeavesAbout(tx, bench.searchId));
    for (const word of ['connection.asked', 'connection.compared'])
      expect(leaves.filter(({ act }) => act === word)).toHaveLength(4);
  });

  test('that the other side refuses for good says why; one that is only away is tried again', async () => {
    const failing = (errorClass: 'permission' | 'transient'): Partial<ActivityDependencies> => ({
      inventoryOf: async function* () {
        throw new RemoteFailure(remoteError(errorClass, 'Not now.'));
      },
    });
    expect(await compare(false, failing('permission'))).toMatchObject({ state: 'failed', error: 'Not now.' });
    await expect(compare(false, failing('transient'))).rejects.toThrow('Not now.');
    await expect(ask(false)).rejects.toMatchObject({ code: 'conflict' });
  });
});
