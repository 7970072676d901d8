/**
 * Finds a Temporal server for this machine, or builds one. Plain JavaScript
 * without dependencies: the set-up runs it while the packages are installed.
 *
 *   node ops/temporal/find-or-build.mjs          prints what was found or built, as JSON
 *   node ops/temporal/find-or-build.mjs --find   the same, but never downloads or builds (prints null)
 */
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildServer } from './build.mjs';
import { cacheFolder, cachedPaths, pinnedVersion, runnable } from './cache-folder.mjs';
import { downloadCli } from './download.mjs';

const run = promisify(execFile);
/** The oldest server with the Worker Versioning that our workers use. */
const OLDEST_SERVER = [1, 29, 1];
/** The command line tool that is downloaded: the last one whose server is among those we test. */
const CLI_VERSION = '1.5.1';

/**
 * Looks for a server and changes nothing: an address, a command on the PATH, or
 * one cached from before; else undefined. With `production`, only the pinned
 * production server will do.
 */
export async function findTemporal({ env = process.env, report = toStderr, production = false } = {}) {
  if (production) return findBuilt(env);
  if (env.TEMPORAL_ADDRESS) return { kind: 'address', address: env.TEMPORAL_ADDRESS };
  const onPath = await findOnPath(env);
  if (onPath !== undefined) {
    const version = await serverVersionOf(onPath);
    if (version !== undefined && atLeast(version, OLDEST_SERVER)) {
      return { kind: 'cli', command: onPath, version: version.join('.') };
    }
    report(
      `${onPath} is passed over: it brings no server of version ${OLDEST_SERVER.join('.')} or newer. Upgrade it, or leave it; another server is used.`,
    );
  }
  return (await findBuilt(env)) ?? findDownloaded(env);
}

/**
 * The same, and where nothing is found downloads the development server (unless
 * HOLDFAST_TEMPORAL_DOWNLOAD=off) or else builds the production one with Go.
 * `report` gets a line of progress at least every five seconds. Safe to call
 * from several processes at once.
 * Throws an Error whose message says what is missing and every remedy.
 */
export async function findOrBuildTemporal({
  env = process.env,
  report = toStderr,
  production = false,
  signal,
  service,
} = {}) {
  const found = await findTemporal({ env, report, production });
  if (found !== undefined) return found;
  if (!production && env.HOLDFAST_TEMPORAL_DOWNLOAD !== 'off') {
    const folder = cacheFolder(env, `cli-${CLI_VERSION}`);
    await downloadCli({ folder, version: CLI_VERSION, report, service });
    const downloaded = await findDownloaded(env);
    if (downloaded !== undefined) return downloaded;
  }
  try {
    await buildServer({ folder: cacheFolder(env, await pinnedVersion()), env, report, signal });
  } catch (error) {
    throw error.code === 'ENOENT' ? new Error(NO_GO, { cause: error }) : error;
  }
  return findBuilt(env);
}

async function findBuilt(env) {
  const version = await pinnedVersion();
  const { server, sqlTool } = cachedPaths(cacheFolder(env, version));
  return (await runnable(server, sqlTool)) ? { kind: 'server', server, sqlTool, version } : undefined;
}

const NO_GO =
  'There is no Temporal server on this machine, none could be downloaded, and Go, with which it could be built, is not installed. ' +
  'Do one of these and start again: name a running server with TEMPORAL_ADDRESS=host:port; ' +
  'install the `temporal` command (https://docs.temporal.io/cli); or install Go (https://go.dev/dl).';

async function findDownloaded(env) {
  const { cli } = cachedPaths(cacheFolder(env, `cli-${CLI_VERSION}`));
  const version = (await runnable(cli)) ? await serverVersionOf(cli) : undefined;
  return version && { kind: 'cli', command: cli, version: version.join('.') };
}

async function findOnPath(env) {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const command = join(folder, 'temporal');
    if (await runnable(command)) return command;
  }
  return undefined;
}

/** `temporal --version` says, for instance, "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)". */
async function serverVersionOf(command) {
  try {
    const { stdout } = await run(command, ['--version'], { timeout: 10_000 });
    return /Server (\d+)\.(\d+)\.(\d+)/.exec(stdout)?.slice(1, 4).map(Number);
  } catch {
    return undefined;
  }
}

function atLeast(version, oldest) {
  const index = version.findIndex((number, place) => number !== oldest[place]);
  return index === -1 || version[index] > oldest[index];
}

function toStderr(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const find = process.argv.includes('--find') ? findTemporal : findOrBuildTemporal;
    process.stdout.write(`${JSON.stringify((await find()) ?? null)}\n`);
  } catch (error) {
    toStderr(error.message);
    process.exitCode = 1;
  }
}
