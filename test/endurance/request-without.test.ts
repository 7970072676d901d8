import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

const WAIT_MS = 300_000;
const SECOND = 'Sven Second';
let product: RunningProduct;

beforeAll(async () => {
  product = await startRunningProduct();
  expect((await product.command('users', 'add', SECOND, '--role', 'compliance_officer')).code).toBe(0);
}, 300_000);
afterAll(async () => {
  await product.stop();
  await product.remove();
}, 120_000);

const untilSql = (text: string, id: string, what: string): Promise<void> =>
  until(async () => (await product.sql(text, [id]).catch(() => [])).length > 0, WAIT_MS, what, 20);
const reaches = (id: string, state: string): Promise<void> =>
  untilSql(`select 1 from subject_request where id = $1 and state = '${state}'`, id, `the state ${state}`);

/** Runs a command of a person; one that cannot reach the product is tried again, as they would. */
async function command(...words: string[]): Promise<string> {
  let last = '';
  await until(
    async () => {
      const { code, output } = await product.command(...words);
      last = output;
      return code === 0;
    },
    WAIT_MS,
    () => `holdfast ${words.join(' ')}: ${last}`,
  );
  return last;
}

/** A retained call that the search knows, and the name of who was called. */
async function recorded(): Promise<{ readonly recordingId: string; readonly name: string }> {
  const before = await product.sql<{ id: string }>('select id from recording');
  await command('call', '--target', product.sipTarget, '--duration', '1');
  let recordingId = '';
  await until(
    async () => {
      const rows = await product.sql<{ id: string }>(
        `select id from recording r where state = 'retained' and id <> all ($1)
            and exists (select from receipt e where e.recording_id = r.id and e.outcome = 'done')`,
        [before.map(({ id }) => id)],
      );
      recordingId = rows[0]?.id ?? '';
      return rows.length > 0;
    },
    WAIT_MS,
    'the call to be retained',
  );
  const [party] = await product.sql<{ name: string }>(
    'select name from party where recording_id = $1 and name is not null order by ordinal desc limit 1',
    [recordingId],
  );
  return { recordingId, name: party!.name };
}

/** Opens a request for erasure; `meanwhile` happens when its search begins. Answers its id when it waits for its review. */
async function searched(name: string, meanwhile: () => Promise<void>): Promise<string> {
  const opened = await command(
    'request',
    'open',
    'erasure',
    '--person',
    name,
    '--named',
    name,
    '--place',
    'DE',
  );
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(opened)![0];
  await reaches(id, 'identifying');
  await command('request', 'verify', id, '--by', 'document-seen');
  await meanwhile();
  await reaches(id, 'reviewing');
  return id;
}

/** Ends the review and has a second person agree; what is to be done begins with that. */
async function agreed(id: string): Promise<void> {
  await command('request', 'decide', id, '--submit');
  const [row] = await product.sql<{ approval: string }>(
    'select approval_id as approval from subject_request where id = $1',
    [id],
  );
  await command('approval', 'approve', row!.approval, '--user', SECOND);
}

/** It ended as any other: answered, one order, the keys of one side gone, the person forgotten, each act in the ledger once. */
async function expectErasedOnce(id: string, recordingId: string, name: string): Promise<void> {
  await reaches(id, 'answered');
  const [left] = await product.sql(
    `select (select person from subject_request where id = $1) as person,
            (select count(*)::int from part_disposal where recording_id = $2) as orders,
            (select count(*)::int from part_disposal where recording_id = $2 and state = 'certified') as certified,
            (select count(*)::int from party where recording_id = $2 and name = $3) as named,
            (select count(*)::int from request_receipt where request_id = $1 and outcome in ('failed', 'pending')) as failed,
            (select count(*)::int from part p where recording_id = $2 and (destroyed_at is null)
                <> exists (select from data_key k where k.part_id = p.id)) as wrong,
            (select state from recording where id = $2) as state`,
    [id, recordingId, name],
  );
  expect(left).toEqual({
    person: null,
    orders: 1,
    certified: 1,
    named: 0,
    failed: 0,
    wrong: 0,
    state: 'retained',
  });
  const twice = await product.sql(
    `select act, count(*)::int as times from ledger_leaf
      where (object_id = $1 and act like 'request.%')
         or (object_id = $2 and act in ('parts.condemned', 'tombstone.written', 'keys.destroyed', 'parts.certified'))
      group by act having count(*) > 1`,
    [id, recordingId],
  );
  expect(twice).toEqual([]);
}

for (const victim of ['temporal', 'postgres', 'worker', 'hub'] as const) {
  test(`a request in whose search and in whose fulfilment the ${victim} is killed goes on to its one answer`, async () => {
    const kill = async (): Promise<void> => {
      process.kill(await product.pidOf(victim), 'SIGKILL');
    };
    const { recordingId, name } = await recorded();
    const id = await searched(name, kill);
    await agreed(id);
    await reaches(id, 'fulfilling');
    await kill();
    await expectErasedOnce(id, recordingId, name);
  }, 900_000);
}

test('a request whose object store is away waits for it with the keys in place, and says for what it waits', async () => {
  const { recordingId, name } = await recorded();
  const id = await searched(name, () => Promise.resolve());
  const objects = join(product.data, 'objects');
  await rename(objects, `${objects}-away`);
  await writeFile(objects, ''); // so that nobody makes the folder anew
  await agreed(id);
  await untilSql('select 1 from part_disposal where recording_id = $1', recordingId, 'the order');
  expect(await command('request', 'show', id)).toContain('erase-side, ordered');
  const keys = 'select 1 from data_key k join part p on p.id = k.part_id where p.recording_id = $1';
  expect((await product.sql(keys, [recordingId])).length).toBeGreaterThan(2);
  await rm(objects);
  await rename(`${objects}-away`, objects);
  await expectErasedOnce(id, recordingId, name);
}, 900_000);

test('after all of it the installation is whole', async () => {
  const { code, output } = await product.command('audit');
  expect(output).not.toContain('✗');
  expect(code).toBe(0);
}, 120_000);
