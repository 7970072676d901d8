import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { listCallRecords } from '../../recorder-core/records/call-records.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { importCallRecords, type CallRecordAccess, type ImportOrder } from './import-call-records.ts';
import { setSource } from './set-source.ts';

const EXAMPLES = ['asterisk', 'cisco-cucm', 'avaya-cms'] as const;
let database: TestDatabase;
let access: CallRecordAccess;
let order: ImportOrder;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db, tenantId } = database;
  const person = { id: newId(Date.now()), name: 'Olga Officer', role: 'compliance_officer' };
  access = { db, callSecret: Buffer.alloc(32, 5), newId: (at) => newId(at.getTime()), now: () => new Date() };
  order = { tenantId, source: 'asterisk', origin: 'file', person };
  await db.forTenant(tenantId, async (tx) => {
    await insertUser(tx, tenantId, person);
    for (const name of EXAMPLES)
      await setSource(
        tx,
        { tenantId, person, now: new Date() },
        name,
        parse(await readFile(`examples/call-records/${name}.yaml`, 'utf8')),
      );
  });
}, 60_000);
afterAll(() => database.close());

async function* bytesOf(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece));
}

describe('an import', () => {
  test('stores each call once, however often its file comes, and never an address', async () => {
    const file = await readFile('examples/call-records/asterisk.csv', 'utf8');
    const first = await importCallRecords(access, order, bytesOf(file));
    expect(first).toMatchObject({ state: 'done', lines: 2, added: 2, refused: 0 });
    const again = await importCallRecords(access, order, bytesOf(file.slice(0, 100), file.slice(100)));
    expect(again).toMatchObject({ state: 'repeated', added: 0, changed: 0, known: 2, sha256: first.sha256 });
    const stored = await database.asOwner('select * from call_record');
    expect(stored).toHaveLength(2);
    expect(JSON.stringify(stored)).not.toContain('1234560');
    expect(stored.map((row) => row['from_last'])).toEqual(['4560', '4560']);
  });

  test('takes a correction of a row, counts what it refuses, and goes on after both', async () => {
    const head = 'uniqueid,linkedid,sip_call_id,src,dst,start,answer,end,billsec,disposition';
    const row = (id: number, seconds: string) =>
      `k-${id},l,s,1001,1002,2026-11-20 10:00:0${id},2026-11-20 10:00:0${id},2026-11-20 10:01:00,${seconds},ANSWERED`;
    await importCallRecords(access, order, bytesOf([head, row(1, '5'), row(2, '5')].join('\n')));
    const done = await importCallRecords(
      access,
      order,
      bytesOf([head, row(1, '5'), 'k,only', row(2, '9'), row(3, '5')].join('\n')),
    );
    expect(done).toMatchObject({ added: 1, changed: 1, known: 1, refused: 1, refusals: [{ line: 3 }] });
    const pending = await database.db.forTenant(order.tenantId, (tx) =>
      listCallRecords(tx, { outcome: 'pending', limit: 10 }),
    );
    expect(pending.map(({ durationMs }) => durationMs)).toEqual(expect.arrayContaining([9000]));
  });

  test('that breaks off says so, keeps what it stored, and is completed by the same file', async () => {
    const file = await readFile('examples/call-records/asterisk.csv', 'utf8');
    const broken = (async function* () {
      yield Buffer.from(file.replaceAll('17957', '27957'));
      await Promise.resolve();
      throw new Error('the connection broke');
    })();
    await expect(importCallRecords(access, order, broken)).rejects.toThrow('the connection broke');
    const [failed] = await database.asOwner(
      "select state, reason from call_record_import where state = 'failed'",
    );
    expect(failed).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('Send the same file again'),
    });
    expect(await importCallRecords(access, order, bytesOf(file.replaceAll('17957', '27957')))).toMatchObject({
      state: 'done',
    });
  });

  test('of a source that nobody set is refused', async () => {
    await expect(
      importCallRecords(access, { ...order, source: 'nobody' }, bytesOf('a')),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
