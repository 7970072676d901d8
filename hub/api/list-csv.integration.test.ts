import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import express from 'express';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { listCsv } from './list-csv.ts';
import { listMatters } from './routes/matters/read-matters.ts';
import { matterPage } from './schemas/matter.ts';

jest.setTimeout(90_000);
/** More than a page of the API. */
const MATTERS = 130;
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  for (const name of ['=cmd()', 'Northwind'])
    await officer.fetch('/api/v1/holds', {
      method: 'POST',
      body: { matter: name, reason: 'Litigation', query: { names: ['nobody of this name'] } },
    });
  await database.asOwner(
    `insert into matter select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'name', 'Copy ' || n))).*
       from matter m, generate_series(1, $1) n where m.name = 'Northwind'`,
    [MATTERS - 2],
  );
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const rowsOf = async (answer: Response): Promise<string[][]> =>
  parse(await answer.text(), { relax_column_count: true }) as string[][];

describe('a list as a file', () => {
  test('has all that the list has, through all its pages, with the properties as columns and no formula', async () => {
    const [head, ...rows] = await rowsOf(await officer.fetch('/api/v1/matters/csv'));
    expect(rows).toHaveLength(MATTERS);
    const page = await officer.read(matterPage, '/api/v1/matters?limit=100');
    expect(head).toEqual(expect.arrayContaining(Object.keys(page.items[0]!)));
    const cell = (row: string[] | undefined, name: string) => row?.[head!.indexOf(name)];
    expect(rows.slice(0, 100).map((row) => cell(row, 'id'))).toEqual(page.items.map(({ id }) => id));
    expect(new Set(rows.map((row) => cell(row, 'id'))).size).toBe(MATTERS);
    expect(rows.map((row) => cell(row, 'name'))).toContain("'=cmd()");
  });

  test('is narrowed as the list is, is one leaf, and refuses what the list refuses', async () => {
    expect(await rowsOf(await officer.fetch('/api/v1/matters/csv?state=closed'))).toHaveLength(1);
    await readProblem(officer.fetch('/api/v1/matters/csv?sate=closed'), 400);
    await readProblem(hub.fetch('/api/v1/matters/csv'), 401);
    await officer.fetch('/api/v1/ledger/leaves'); // gives every leaf its place
    const leaves = await database.asOwner<{ body: Buffer }>(
      "select body from ledger_leaf where act = 'list.exported' order by index",
    );
    expect(leaves.map(({ body }) => (JSON.parse(body.toString('utf8')) as { facts: unknown }).facts)).toEqual(
      [
        expect.objectContaining({ list: 'matters', act: 'hold.read', filters: [] }),
        expect.objectContaining({ list: 'matters', act: 'hold.read', filters: ['state'] }),
      ],
    );
  });

  test('is refused to whoever may not see the list', async () => {
    const engineer = await hub.signIn('integration_engineer');
    const listed = (await engineer.fetch('/api/v1/matters')).status;
    expect((await engineer.fetch('/api/v1/matters/csv')).status).toBe(listed);
    expect(listed).toBe(403);
  });

  test('ends at its bound with a row that says so', async () => {
    const app = express();
    app.get('/csv', listCsv(hub.services, listMatters, 120));
    const server = createServer(app).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/csv`, { headers: { cookie: officer.cookie } });
      const rows = await rowsOf(answer);
      expect(rows).toHaveLength(1 + 120 + 1);
      expect(rows.at(-1)![0]).toContain('Cut here: a file has 120 rows at most');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
