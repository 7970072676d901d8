import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { connectionDetail, connectionSecrets } from '../api/schemas/connection.ts';

let database: TestDatabase;
let hub: TestHub;
let engineer: TestPerson;
let server: Server;
let node: string;
/** Authorizations that came, each once. */
const seen = new Set<string | undefined>();

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.add(request.headers.authorization);
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  database = await openTestDatabase();
  hub = await startTestHub(database);
  engineer = await hub.signIn('engineer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

const add = async (name: string, apiKey: string) => {
  const credential = { type: 'api_key', apiKey };
  const body = { connector: 'elasticsearch', name, config: { node }, credential };
  return (await engineer.read(connectionSecrets, '/api/v1/connections', { method: 'POST', body })).id;
};
const check = (id: string) => engineer.fetch(`/api/v1/connections/${id}/check`, { method: 'POST', body: {} });
/** What somebody does who can write to the database, and hopes that one system is shown the secret of another. */
const swap = (one: string, other: string) =>
  database.asOwner(
    `update connection c set credential = o.credential from connection o
      where (c.id = $1 and o.id = $2) or (c.id = $2 and o.id = $1)`,
    [one, other],
  );

test('credentials that were swapped in the database open nowhere, and no system is shown the other’s', async () => {
  const [one, other] = [await add('One', 'key-of-one'), await add('Other', 'key-of-other')];
  await swap(one, other);
  for (const id of [one, other]) {
    const answer = await check(id);
    expect(answer.ok).toBe(false);
    expect(await answer.text()).not.toMatch(/key-of/);
  }
  expect([...seen]).toEqual([]);
  await swap(one, other);
  const { checks } = connectionDetail.parse(await (await check(one)).json());
  expect(checks.length).toBeGreaterThan(0);
  expect([...seen]).toEqual(['ApiKey key-of-one']);
});
