import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundTemporal } from '../../ops/temporal/find-or-build.mjs';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { requireFreePort } from '../processes/free-port.ts';
import { stopProcess, until } from '../processes/process-control.ts';
import { chooseInternalPorts } from './internal-ports.ts';
import { endOrphan, removePidFile, writePidFile } from './pid-file.ts';
import { askVersion } from './readiness.ts';
import { prepareSchema } from './schema.ts';
import { DYNAMIC_CONFIG, dynamicConfig, serverConfig, type TemporalStore } from './server-config.ts';

/** A Temporal server of our own, in its own process group, on the loopback. */
export interface TemporalServer {
  /** host:port of the frontend. */
  readonly address: string;
  readonly version: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Asks it to end, and kills it after ten seconds. Safe to call twice. */
  stop(): Promise<void>;
}

export interface TemporalServerOptions {
  /** What ops/temporal/find-or-build found; a running server (`address`) needs no start. */
  readonly found: Exclude<FoundTemporal, { kind: 'address' }>;
  /** Data folder of the server; made on the first start. Its user must hold the lock of the whole data folder. */
  readonly folder: string;
  /** Port of the frontend. */
  readonly port: number;
  /** Store of the production server; the development server of the `temporal` command keeps a file of its own. */
  readonly store: TemporalStore;
  /** Further dynamic settings, for tests. */
  readonly settings?: Readonly<Record<string, boolean | number>>;
}

const START_MS = 90_000;
const STOP_MS = 10_000;
const PORT_ATTEMPTS = 3;
const LOG_BYTES = 10_000_000;

/**
 * Starts a Temporal server on a data folder: ends one that a killed supervisor
 * left there, prepares the store, and answers once a request was answered by a
 * process that is ours. Errors: `storage_full`, `config_invalid`, `unavailable`.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { folder, found, store } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await endOrphan(join(folder, 'server.pid'), folder);
  await requireFreePort(options.port, '127.0.0.1', 'temporal-port'); // else another server might answer for ours
  if (found.kind === 'server' && store.kind === 'postgres') await prepareSchema(found.sqlTool, store);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(options);
    } catch (error) {
      // Another program may take one of the internal ports between our look and the server's.
      if (!(error instanceof InternalPortTaken) || attempt === PORT_ATTEMPTS) throw error;
      await rm(join(folder, 'ports.json'), { force: true });
    }
  }
}

class InternalPortTaken extends HoldfastError {}

async function launch(options: TemporalServerOptions): Promise<TemporalServer> {
  const { folder, port } = options;
  const address = `127.0.0.1:${port}`;
  const pidFile = join(folder, 'server.pid');
  const logFile = join(folder, 'server.log');
  const [command, ...args] = await commandLine(options);
  const child = await spawnLogged(command, args, logFile);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    await stopProcess(child, 'SIGTERM', STOP_MS);
    await removePidFile(pidFile);
  };
  try {
    const pid = child.pid ?? 0;
    await writePidFile(pidFile, pid);
    const version = await untilAnswering(child, address, logFile);
    return { address, version, pid, logFile, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function commandLine(options: TemporalServerOptions): Promise<[string, ...string[]]> {
  const { found, folder, port, store } = options;
  const settings = { ...DYNAMIC_CONFIG, ...options.settings };
  if (found.kind === 'cli') {
    const flags = Object.entries(settings).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]);
    const file = join(folder, 'temporal-dev.db');
    const place = ['--ip', '127.0.0.1', '--port', String(port), '--headless', '--db-filename', file];
    return [found.command, 'server', 'start-dev', ...place, '--log-level', 'warn', ...flags];
  }
  const config = join(folder, 'config.yaml');
  const internal = await chooseInternalPorts(join(folder, 'ports.json'), port);
  await writeFile(config, serverConfig(store, { frontend: port, internal }, folder), { mode: 0o600 });
  await writeFile(join(folder, 'dynamic.yaml'), dynamicConfig(settings), { mode: 0o600 });
  return [found.server, '--config-file', config, '--allow-no-auth', 'start'];
}

/** Logs go to a file and not through a pipe, so that the server outlives its supervisor until the next start ends it properly. */
async function spawnLogged(command: string, args: readonly string[], logFile: string): Promise<ChildProcess> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  const log = await open(logFile, size > LOG_BYTES ? 'w' : 'a', 0o600);
  try {
    await log.write(`--- started ${new Date().toISOString()}\n`);
    const child = spawn(command, args, {
      detached: true, // a Ctrl-C at the terminal must reach it last, through stop()
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } finally {
    await log.close();
  }
}

async function untilAnswering(child: ChildProcess, address: string, logFile: string): Promise<string> {
  let version: string | undefined;
  await until(
    async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw await explainEnd(logFile);
      version = await askVersion(address);
      return version !== undefined && child.exitCode === null;
    },
    START_MS,
    'the Temporal server to answer',
    100,
  );
  return version ?? '';
}

async function explainEnd(logFile: string): Promise<HoldfastError> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const detail = text.slice(text.lastIndexOf('--- started')).slice(-4000);
  if (/no space left on device|database or disk is full/i.test(detail)) {
    return new HoldfastError(
      'storage_full',
      'The Temporal server could not start: the disk is full. Free some space and start again.',
      { detail },
    );
  }
  if (/address already in use/i.test(detail)) {
    return new InternalPortTaken(
      'config_invalid',
      'The Temporal server could not start: one of its ports is taken by another program. Stop that program, or choose another port for Temporal.',
      { detail },
    );
  }
  return new HoldfastError(
    'unavailable',
    `The Temporal server ended while starting. Its log is ${logFile}; repair what its last lines name and start again.`,
    { detail },
  );
}
