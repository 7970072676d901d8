import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { findOrBuildTemporal } from '../../ops/temporal/find-or-build.mjs';
import { freePort } from '../processes/free-port.ts';
import { startTemporalServer, type TemporalServer } from './server.ts';
import type { TemporalStore } from './server-config.ts';

/** What is tested here is how the production server is run. */
const testServer = HAS_PRODUCTION_SERVER ? test : test.skip;
const SQLITE: TemporalStore = { kind: 'sqlite' };
let folder: string;
let stranger: ChildProcess | undefined;
const servers: TemporalServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-server-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  stranger?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function start(store = SQLITE, port?: number): Promise<TemporalServer> {
  const found = await findOrBuildTemporal({ production: true });
  if (found.kind !== 'server') throw new Error('The production server was asked for.');
  const server = await startTemporalServer({ found, folder, port: port ?? (await freePort()), store });
  servers.push(server);
  return server;
}

async function ask(address: string): Promise<string> {
  const connection = await Connection.connect({ address });
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    return serverVersion ?? '';
  } finally {
    await connection.close();
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

testServer(
  'a server answers when it is said to be ready, and its process is gone after stop',
  async () => {
    const server = await start();
    expect(await ask(server.address)).toBe(server.version);
    await server.stop();
    await server.ended;
    expect(runs(server.pid)).toBe(false);
    await server.stop(); // twice is harmless
  },
  300_000,
);

testServer(
  'a start ends the server that a killed supervisor left on the same folder, and keeps its data',
  async () => {
    const orphan = await start();
    const connection = await Connection.connect({ address: orphan.address });
    await connection.workflowService.registerNamespace({
      namespace: 'kept',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await connection.close();
    const next = await start();
    expect(runs(orphan.pid)).toBe(false);
    const again = await Connection.connect({ address: next.address });
    const { namespaceInfo } = await again.workflowService.describeNamespace({ namespace: 'kept' });
    expect(namespaceInfo?.name).toBe('kept');
    await again.close();
  },
  120_000,
);

testServer(
  'a process that only happens to have the number of an earlier server is left alone',
  async () => {
    stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    await once(stranger, 'spawn');
    await writeFile(join(folder, 'server.pid'), `${stranger.pid ?? 0}\n`);
    const server = await start();
    expect(runs(stranger.pid ?? 0)).toBe(true);
    expect(Number(await readFile(join(folder, 'server.pid'), 'utf8'))).toBe(server.pid);
  },
  120_000,
);

testServer(
  'a taken port is refused with its setting, and nothing is left running',
  async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(start(SQLITE, port)).rejects.toMatchObject({
      code: 'config_invalid',
      field: 'temporal-port',
    });
    taken.close();
  },
  120_000,
);

testServer(
  'the production store: databases are made on PostgreSQL, and a second start finds them',
  async () => {
    const url = new URL(process.env['HOLDFAST_TEST_POSTGRES'] ?? '');
    const database = `temporal_${Date.now()}`;
    const store: TemporalStore = {
      kind: 'postgres',
      host: url.hostname,
      port: Number(url.port),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database,
    };
    const first = await start(store);
    expect(await ask(first.address)).toBe(first.version);
    await first.stop();
    const second = await start(store);
    expect(await ask(second.address)).toBe(second.version);
  },
  180_000,
);
