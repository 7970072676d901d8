import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { freePort } from '../processes/free-port.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

jest.setTimeout(120_000); // clusters are made, and a start is waited for longer than it may say nothing

const SILENT_MS = 6000;
let base: string;
let running: EmbeddedPostgres[];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-postgres-'));
  await chmod(base, 0o755); // its own user has to get through
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(base, { recursive: true, force: true });
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<EmbeddedPostgres> {
  const folder = join(base, 'cluster');
  const options = {
    folder,
    password: 'secret',
    settings: { fsync: 'off', ...settings },
    silentMs: SILENT_MS,
  };
  const server = await startEmbeddedPostgres({ ...options, port: await freePort() });
  running.push(server);
  return server;
}

async function ask(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.ownerUrl() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a server that reads its log for longer than one may be silent is waited for, and has what was committed', async () => {
  const first = await start();
  await ask(first, 'create table kept as select 1 as n');
  await first.stop();
  // Its log goes on only once the file is there.
  const gate = join(base, 'gate');
  await writeFile(join(base, 'cluster', 'recovery.signal'), '');
  const starting = start({ restore_command: `until [ -e '${gate}' ]; do sleep 0.1; done; false` });
  const ended = starting.then(
    () => 'answered',
    () => 'given up',
  );
  expect(await Promise.race([ended, delay(2 * SILENT_MS, 'waits', { ref: false })])).toBe('waits');
  await writeFile(gate, '');
  expect(await ask(await starting, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a server that ends while it starts is told with what it said, and one is started again on its folder', async () => {
  await expect(start({ shared_buffers: 'nonsense' })).rejects.toMatchObject({
    code: 'unavailable',
    detail: expect.stringContaining('shared_buffers'),
  });
  expect(await ask(await start(), 'select 1 as n')).toEqual([{ n: 1 }]);
});
