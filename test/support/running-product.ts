import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../hub/processes/free-port.ts';
import { stopProcess, until } from '../../hub/processes/process-control.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');
const PROGRAM = join(ROOT, 'hub/cli/holdfast.ts');

/** The whole product as a user starts it: `holdfast start` on ports and a data folder of its own. */
export interface RunningProduct {
  readonly url: string;
  /** The one-time sign-in link that the start printed. */
  readonly signInLink: string;
  readonly sipTarget: string;
  readonly data: string;
  /** Everything printed so far. */
  output(): string;
  /** Process ids below the supervisor by what they run. */
  pidOf(name: 'recorder' | 'hub' | 'worker' | 'codec' | 'postgres' | 'temporal'): Promise<number>;
  /** Runs a statement as the owner of the schema. */
  sql<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  /** Runs another command of the program against this product; answers its output and exit code. */
  command(...args: string[]): Promise<{ code: number; output: string }>;
  /** Ctrl-C, and waits until everything has stopped. */
  stop(): Promise<number>;
  /** Kills the supervisor as `kill -9` would. */
  killSupervisor(): Promise<void>;
  /** Starts again on the same data folder and ports. */
  restart(): Promise<RunningProduct>;
  /** Removes the data folder. */
  remove(): Promise<void>;
}

interface Place {
  readonly data: string;
  readonly args: readonly string[];
  readonly sipPort: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts it on an empty folder; `--no-sample` unless a sample call is wanted. */
export async function startRunningProduct(
  options: {
    readonly sample?: boolean;
    readonly args?: readonly string[];
    /** Beside what every program gets. */
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<RunningProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-product-'));
  await chmod(folder, 0o755); // PostgreSQL may run as another user
  const [http, sip, recorder, worker] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const data = join(folder, 'data');
  const rtpMin = 20_000 + 100 * Math.floor(Math.random() * 100);
  const args = ['--data', data, '--port', http, '--sip-port', sip, '--recorder-metrics-port', recorder].map(
    String,
  );
  args.push(
    '--worker-metrics-port',
    String(worker),
    '--rtp-port-min',
    String(rtpMin),
    '--rtp-port-max',
    String(rtpMin + 99),
  );
  return launch(
    { data, args: [...args, ...(options.args ?? [])], sipPort: sip, environment: options.environment ?? {} },
    options.sample === true ? [] : ['--no-sample'],
  );
}

async function launch(place: Place, more: readonly string[]): Promise<RunningProduct> {
  const { data, args, sipPort, environment } = place;
  let output = '';
  const child = run(
    ['start', ...args, ...more],
    (text) => {
      output += text;
    },
    environment,
  );
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`The product ended while starting:\n${output}`);
      return output.includes('Ctrl-C stops everything');
    },
    240_000,
    'the product to start',
  );
  const settings = JSON.parse(await readFile(join(data, 'running.json'), 'utf8')) as Record<string, string>;
  return {
    url: /Console +(\S+)/.exec(output)?.[1] ?? '',
    signInLink: /Sign in +(\S+)/.exec(output)?.[1] ?? '',
    sipTarget: `sip:recorder@127.0.0.1:${sipPort}`,
    data,
    output: () => output,
    pidOf: (name) => findPid(name, data, child),
    sql: (text, values) => asOwner(data, settings['HOLDFAST_POSTGRES_URL'] ?? '', text, values),
    command: (...command) =>
      runToEnd([...command, ...(command[0] === 'call' ? [] : ['--data', data])], environment),
    async stop() {
      await stopProcess(child, 'SIGINT', 60_000);
      return child.exitCode ?? -1;
    },
    async killSupervisor() {
      await stopProcess(child, 'SIGKILL', 1_000);
    },
    restart: () => launch(place, ['--no-sample']),
    remove: () => rm(join(data, '..'), { recursive: true, force: true }),
  };
}

function run(
  args: readonly string[],
  onOutput: (text: string) => void,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(NODE, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'],
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      onOutput(bytes.toString());
    });
  return child;
}

/** Runs a command of the program to its end. */
export function runToEnd(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const take = (text: string): void => {
      output += text;
    };
    const child = run(args, take, environment);
    child.once('close', (code) => {
      resolve({ code: code ?? -1, output });
    });
  });
}

/** Roles are children of the supervisor; the servers name our data folder on their command line or keep a pid file there. */
async function findPid(name: string, data: string, supervisor: ChildProcess): Promise<number> {
  if (name === 'postgres')
    return Number((await readFile(join(data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
  if (name === 'temporal')
    return Number.parseInt((await readFile(join(data, 'temporal/server.pid'), 'utf8')).trim(), 10);
  const children = await readFile(`/proc/${supervisor.pid}/task/${supervisor.pid}/children`, 'utf8');
  for (const pid of children.trim().split(' ')) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words.includes(name)) return Number(pid);
  }
  throw new Error(`No process runs the ${name}.`);
}

async function asOwner<R extends pg.QueryResultRow>(
  data: string,
  appUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  const { owner } = JSON.parse(await readFile(join(data, 'database-passwords.json'), 'utf8')) as {
    owner: string;
  };
  const url = new URL(appUrl);
  url.username = 'postgres';
  url.password = owner;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the product and asks it to stop, twice in a row, as soon as its output has a text; answers how it ended. */
export function startAndInterrupt(
  args: readonly string[],
  text: string,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    let interrupted = false;
    const child = run(['start', ...args], (more) => {
      output += more;
      if (interrupted || !output.includes(text)) return;
      interrupted = true;
      child.kill('SIGINT');
      child.kill('SIGINT');
    });
    child.once('close', (code) => {
      resolve({ code: code ?? -1, output });
    });
  });
}
