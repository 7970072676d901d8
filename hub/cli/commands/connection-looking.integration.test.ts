import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { insertCatalog } from '../../../recorder-core/records/connection-catalogs.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { putQuota } from '../../../recorder-core/records/connection-budgets.ts';
import { claimToken, storeToken } from '../../../recorder-core/records/connection-tokens.ts';
import { addConnectionRow } from '../../../test/support/connection-row.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

jest.setTimeout(240_000); // commands are processes of their own

let database: TestDatabase;
let id: string;
beforeAll(async () => {
  database = await openTestDatabase();
  id = await addConnectionRow(database, {
    connector: 'elasticsearch',
    name: 'Search',
    config: { node: 'http://127.0.0.1:9' },
  });
});
afterAll(() => database.close());

/** Runs `holdfast connection` for the local administrator. */
const connection = (...args: string[]) => runHoldfast(database, ['connection', ...args]);

test('whoever has the command line alone learns what a connector wants to be told', async () => {
  const { code, output } = await connection('catalogue', 'elasticsearch');
  expect(code).toBe(0);
  expect(output).toMatch(/^ {2}node +needed +Address\./m);
  expect(output).toMatch(
    /^ {2}dialect .*\(one of elasticsearch, opensearch; "elasticsearch" where left out\)/m,
  );
  expect(output).toMatch(/^Credential api_key: /m);
  expect(output).toMatch(/^ {2}apiKey +needed +API key/m);
  expect(output).toMatch(/^ {2}privileges +required/m);
  expect(output).toMatch(/^ {2}upsert-recording .*Its fields can be mapped\.$/m);
  expect(output).toContain('the host of the setting "node"');
  const unknown = await connection('catalogue', 'nosuch');
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining('nosuch') });
});

test('how old a token is, when it is renewed, and what is left of a quota is told of one connection and of all', async () => {
  const at = new Date('2026-11-26T08:00:00.000Z');
  await database.db.forTenant(database.tenantId, async (tx) => {
    const claimed = await claimToken(tx, database.tenantId, id, 1000);
    const ends = new Date('2026-11-26T09:00:00.000Z');
    const token = {
      sealed: Buffer.from('{}'),
      obtainedAt: at,
      expiresAt: ends,
      refreshAt: new Date('2026-11-26T08:48:00.000Z'),
    };
    expect(await storeToken(tx, id, claimed?.fence ?? 0, token)).toBe(true);
    await putQuota(tx, database.tenantId, id, { limit: 5000, remaining: 4982 });
  });
  for (const output of [(await connection('health', id)).output, (await connection('health')).output]) {
    expect(output).toMatch(
      /^token +good, since 2026-11-26T08:00:00.000Z, ends 2026-11-26T09:00:00.000Z, renewed 2026-11-26T08:48:00.000Z$/m,
    );
    expect(output).toMatch(/^quota left +4982 of 5000, told 2/m);
  }
  expect((await connection('health', id)).output).toMatch(/^privileges +never ran$/m);
  expect((await connection('health')).output).toMatch(new RegExp(`^connection +${id} {2}Search$`, 'm'));
});

test('the fields that were found are shown object by object, and an object that there is not is named', async () => {
  expect((await connection('fields', id)).output).toContain('Nobody has asked for them yet');
  const text = { title: 'Region', type: 'text', required: false, writable: true, maxLength: 40 } as const;
  const fields = [
    { ...text, name: 'region' },
    { name: 'rank', title: 'rank', type: 'number', required: true, writable: false } as const,
  ];
  await database.db.forTenant(database.tenantId, (tx) =>
    insertCatalog(tx, database.tenantId, id, {
      id: newId(Date.now()),
      foundAt: new Date(),
      catalog: { objects: [{ name: 'recordings', title: 'Recor\u001b[2Jdings', fields }] },
    }),
  );
  const { output } = await connection('fields', id, '--object', 'recordings');
  expect(output).toContain('recordings: 2 fields (Recor?[2Jdings)');
  expect(output).toMatch(/^ {2}region +text +at most 40 characters, Region$/m);
  expect(output).toMatch(/^ {2}rank +number +needed, read only$/m);
  const unknown = await connection('fields', id, '--object', 'calls');
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining('It has: recordings.') });
});
