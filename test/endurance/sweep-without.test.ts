import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { addDueRecordings } from '../support/due-recordings.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { sweepNow } from '../support/sweep-now.ts';

const WAIT_MS = 600_000;
/** What a sweep takes at once; all of them together stay within a usual day, so that no second person is asked. */
const DUE = 18;
let product: RunningProduct;
let tenantId: string;

beforeAll(async () => {
  product = await startRunningProduct();
  const [tenant] = await product.sql<{ id: string }>('select tenant_id as id from tenant');
  tenantId = tenant!.id;
}, 300_000);
afterAll(async () => {
  await product.stop();
  await product.remove();
}, 120_000);

/** How many of them are in any of these states; none while the database is away. */
async function countOf(ids: readonly string[], ...states: string[]): Promise<number> {
  const rows = await product
    .sql<{ count: number }>('select count(*)::int from recording where id = any ($1) and state = any ($2)', [
      ids,
      states,
    ])
    .catch(() => []);
  return rows[0]?.count ?? 0;
}

/** Due ones, and one of them held: it must stay, whatever is killed. */
async function due(): Promise<{ readonly going: readonly string[]; readonly held: string }> {
  const ids = await addDueRecordings({ asOwner: product.sql, tenantId }, { count: DUE });
  const [held = '', ...going] = ids;
  const { code } = await product.command(
    'hold',
    'place',
    held,
    '--matter',
    'A sweep',
    '--reason',
    'Litigation.',
  );
  expect(code).toBe(0);
  return { going, held };
}

/** A claim whose worker died before it could say so is renewed ten minutes later; here they have passed at once. */
const passTenMinutes = (): Promise<unknown> =>
  product
    .sql("update recording set claimed_at = claimed_at - interval '11 minutes' where state = 'disposing'")
    .catch(() => undefined); // the database is away

async function expectSweptOnce({ going, held }: Awaited<ReturnType<typeof due>>): Promise<void> {
  await until(
    async () => {
      await passTenMinutes();
      return (await countOf(going, 'disposed')) === going.length;
    },
    WAIT_MS,
    'all of them to be disposed of',
    1_000,
  );
  expect(await countOf([held], 'retained')).toBe(1);
  const [left] = await product.sql(
    `select (select count(*)::int from disposal_certificate where recording_id = any ($1)) as certificates,
            (select count(*)::int from tombstone where recording_id = any ($1) and withdrawn_at is null) as tombstones,
            (select count(*)::int from tombstone where recording_id = $2 and withdrawn_at is null) as wrong`,
    [going, held],
  );
  expect(left).toEqual({ certificates: going.length, tombstones: going.length, wrong: 0 });
  const acts = await product.sql(
    `select act, count(*)::int as times, count(distinct object_id)::int as things from ledger_leaf
      where object_id = any ($1::text[]) and act in ('disposal.decided', 'tombstone.written', 'disposal.certified')
      group by act order by act`,
    [going],
  );
  expect(acts).toEqual(
    ['disposal.certified', 'disposal.decided', 'tombstone.written'].map((act) => ({
      act,
      times: going.length,
      things: going.length,
    })),
  );
}

for (const victim of ['temporal', 'postgres', 'worker', 'hub'] as const) {
  test(`a sweep in whose middle the ${victim} is killed disposes of each once, and of nothing that is held`, async () => {
    const recordings = await due();
    await sweepNow(product);
    await until(
      async () => (await countOf(recordings.going, 'disposing', 'disposed')) > 0,
      WAIT_MS,
      'the sweep to claim',
      5,
    );
    process.kill(await product.pidOf(victim), 'SIGKILL');
    await expectSweptOnce(recordings);
  }, 900_000);
}

test('a sweep while the object store is away claims, and what it claimed waits for the store', async () => {
  const recordings = await due();
  const objects = join(product.data, 'objects');
  await rename(objects, `${objects}-away`);
  await writeFile(objects, ''); // so that nobody makes the folder anew
  await sweepNow(product);
  await until(
    async () => (await countOf(recordings.going, 'disposing')) === recordings.going.length,
    WAIT_MS,
    'the sweep to claim all of them',
    100,
  );
  const certified = 'select 1 from disposal_certificate where recording_id = any ($1)';
  expect(await product.sql(certified, [recordings.going])).toEqual([]);
  await rm(objects);
  await rename(`${objects}-away`, objects);
  await expectSweptOnce(recordings);
}, 900_000);

test('after all of it the ledger is whole, and nothing is amiss but that these recordings, rows alone, were never sealed', async () => {
  const { output } = await product.command('audit');
  expect(output).toContain('✓ ledger');
  const amiss = output.split('\n').filter((line) => line.startsWith('✗'));
  expect(amiss.filter((line) => !line.endsWith('The ledger has no leaf of its sealing.'))).toEqual([]);
}, 300_000);
