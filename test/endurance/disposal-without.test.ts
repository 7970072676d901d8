import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { sweepNow } from '../support/sweep-now.ts';

const WAIT_MS = 300_000;
let product: RunningProduct;

beforeAll(async () => {
  product = await startRunningProduct();
}, 300_000);
afterAll(async () => {
  await product.stop();
  await product.remove();
}, 120_000);

/** A recorded call whose time has come; answers its id. */
async function dueRecording(): Promise<string> {
  const { code } = await product.command('call', '--target', product.sipTarget, '--duration', '1');
  expect(code).toBe(0);
  let id = '';
  await until(
    async () => {
      const [row] = await product.sql<{ id: string }>("select id from recording where state = 'retained'");
      id = row?.id ?? '';
      return row !== undefined;
    },
    WAIT_MS,
    'the call to be retained',
    200,
  );
  await product.sql(
    `set session_replication_role = replica;
     update recording set started_at = '2001-01-01', ended_at = '2001-01-01' where state = 'retained';
     update recording_retention set retain_until = '2002-01-01', decide_at = null where retained`,
  );
  return id;
}

const untilSql = (text: string, id: string, what: string): Promise<void> =>
  until(async () => (await product.sql(text, [id]).catch(() => [])).length > 0, WAIT_MS, what, 20);

/** It ended as any other: state, keys, one tombstone, one certificate, each act in the ledger once. */
async function expectDisposedOnce(id: string): Promise<void> {
  await untilSql("select 1 from recording where id = $1 and state = 'disposed'", id, 'the disposal to end');
  const [left] = await product.sql(
    `select (select count(*)::int from data_key k join part p on p.id = k.part_id where p.recording_id = $1) as keys,
            (select count(*)::int from tombstone where recording_id = $1 and withdrawn_at is null) as tombstones,
            (select count(*)::int from disposal_certificate where recording_id = $1) as certificates,
            (select count(*)::int from search_document where recording_id = $1 and not removed) as searchable`,
    [id],
  );
  expect(left).toEqual({ keys: 0, tombstones: 1, certificates: 1, searchable: 0 });
  const acts = await product.sql<{ act: string; times: number }>(
    `select act, count(*)::int as times from ledger_leaf where object_id = $1 and act like 'disposal.%' group by act`,
    [id],
  );
  expect(acts.length).toBeGreaterThan(1);
  expect(acts.filter(({ times }) => times !== 1)).toEqual([]);
}

for (const victim of ['temporal', 'postgres', 'worker', 'hub'] as const) {
  test(`a disposal in whose middle the ${victim} is killed goes on to its one certificate`, async () => {
    const id = await dueRecording();
    await sweepNow(product);
    await untilSql("select 1 from recording where id = $1 and state = 'disposing'", id, 'the claim');
    process.kill(await product.pidOf(victim), 'SIGKILL');
    await expectDisposedOnce(id);
  }, 900_000);
}

test('a disposal whose object store is away waits for it, with the keys in place until its tombstone can be written', async () => {
  const id = await dueRecording();
  const objects = join(product.data, 'objects');
  await rename(objects, `${objects}-away`);
  await writeFile(objects, ''); // so that nobody makes the folder anew
  await sweepNow(product);
  await untilSql("select 1 from recording where id = $1 and state = 'disposing'", id, 'the claim');
  await untilSql(
    `select 1 from search_document where recording_id = $1 and removed`,
    id,
    'the connected systems to be asked, which needs no store',
  );
  const keys = 'select 1 from data_key k join part p on p.id = k.part_id where p.recording_id = $1';
  expect((await product.sql(keys, [id])).length).toBeGreaterThan(0);
  await rm(objects);
  await rename(`${objects}-away`, objects);
  await expectDisposedOnce(id);
}, 900_000);

test('after all of it the installation is whole', async () => {
  const { code, output } = await product.command('audit');
  expect(output).not.toContain('✗');
  expect(code).toBe(0);
}, 120_000);
