/** fakesnow, which speaks Snowflake's protocol over DuckDB, with the rules that it leaves out (`snowflake-server.py`). */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../../hub/processes/free-port.ts';
import { onPath, peerCache } from './peer-cache.ts';
import type { PeerDescriptor, RunningPeer } from './peer.ts';
import { startGroup, type ProcessGroup } from './process-group.ts';

const run = promisify(execFile);
const VERSION = '0.12.1';
/** Everything that decides an answer is pinned: fakesnow alone would take any newer parser and database. */
const PACKAGES = [
  `fakesnow[server]==${VERSION}`,
  'duckdb==2.0.1',
  'sqlglot==30.22.0',
  'snowflake-connector-python==4.8.1',
  'pyarrow==26.0.1',
  'starlette==1.10.0',
  'uvicorn==0.54.0',
  'pyjwt==2.15.1',
  'cryptography==50.0.2',
];
const PROGRAM = join(import.meta.dirname, 'snowflake-server.py');

/** A virtual environment holds its own path, so it is made in place; `ready` says that it is whole. */
const folder = (): string => join(peerCache(), `fakesnow-${VERSION}`);
const mark = (): string => join(folder(), 'ready');

/** The account that the peer answers for. */
export const SNOWFLAKE_ACCOUNT = 'holdfast-test';

/** A running peer, and what its administrator may do without a session. */
export interface SnowflakePeer extends RunningPeer {
  /** Makes a user, or gives one other keys: PEM, `SubjectPublicKeyInfo`, at most two. */
  putUser(user: string, keys: readonly string[], rights: 'all' | 'read'): Promise<void>;
  /** Runs statements in a database and schema that need not be there yet; the rows of the last one, as text. */
  sql(
    statements: readonly string[],
    where?: { database: string; schema: string },
  ): Promise<(string | null)[][]>;
  /** What a masking policy (by name) or a collation (`COLLATE '…'`) on a column looks like in a description. */
  putPolicy(table: string, column: string, policy: string): Promise<void>;
  /** Tokens of the sessions that are signed in. */
  sessions(): Promise<string[]>;
  /** Ends all sessions, as Snowflake does with those that nothing came by for long. */
  endSessions(): Promise<void>;
  /** Says that the stage is at another address; undefined: at the peer's own. */
  putStage(address: string | undefined): Promise<void>;
}

export const snowflakePeer: Omit<PeerDescriptor, 'start'> & { start(): Promise<SnowflakePeer> } = {
  name: 'fakesnow',
  version: VERSION,
  unavailable: () => (existsSync(mark()) || onPath('python3') ? undefined : 'python3 not installed'),
  async start() {
    await install();
    // Only our own process knows the secret, so an answer to it is an answer of ours.
    const secret = randomBytes(20).toString('hex');
    const data = await mkdtemp(join(tmpdir(), 'holdfast-fakesnow-'));
    const port = await freePort();
    const env = { PATH: process.env['PATH'], HOME: data, TMPDIR: data, HOLDFAST_PEER_SECRET: secret };
    const group = startGroup(join(folder(), 'bin', 'python'), [PROGRAM, String(port)], env);
    const stop = async (graceMs?: number) => {
      await group.stop(graceMs);
      await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    };
    const url = `http://127.0.0.1:${port}`;
    try {
      await ready(group, url, secret);
    } catch (error) {
      await stop(0);
      throw error;
    }
    return peerAt(url, secret, () => stop());
  },
};

async function install(): Promise<void> {
  if (existsSync(mark())) return;
  await run('python3', ['-m', 'venv', folder()]);
  await run(join(folder(), 'bin', 'pip'), ['install', '-q', ...PACKAGES], { timeout: 600_000 });
  await writeFile(mark(), `${PACKAGES.join('\n')}\n`);
}

function peerAt(url: string, secret: string, stop: () => Promise<void>): SnowflakePeer {
  const ask = async (wish: object): Promise<{ rows: (string | null)[][]; sessions: string[] }> => {
    // A busy machine may be slower than the server's patience with a connection that is kept.
    const headers = { 'x-peer-secret': secret, connection: 'close' };
    const answer = await fetch(`${url}/control`, { method: 'POST', headers, body: JSON.stringify(wish) });
    if (!answer.ok) throw new Error(`The peer refused what its administrator asked: ${await answer.text()}`);
    return (await answer.json()) as { rows: (string | null)[][]; sessions: string[] };
  };
  return {
    url,
    admin: { username: 'control', password: secret },
    stop,
    putUser: async (user, keys, rights) => void (await ask({ user, keys, rights })),
    sql: async (statements, where = { database: '', schema: '' }) =>
      (await ask({ sql: statements, database: where.database || null, schema: where.schema || null })).rows,
    sessions: async () => (await ask({})).sessions,
    endSessions: async () => void (await ask({ endSessions: true })),
    putStage: async (address) => void (await ask({ stage: address ?? null })),
    putPolicy: async (table, column, policy) => void (await ask({ table, column, policy })),
  };
}

async function ready(group: ProcessGroup, url: string, secret: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (group.exited) throw new Error(`fakesnow ended while it started: ${group.tail()}`);
    const answered = await fetch(`${url}/control`, { headers: { 'x-peer-secret': secret } }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (answered) return;
    await delay(50);
  }
  throw new Error(`fakesnow did not become ready in a minute: ${group.tail()}`);
}
