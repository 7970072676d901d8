import { access, constants, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder of this module, where go.mod pins what is built. */
export const MODULE_FOLDER = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

/** The server version that go.mod pins, without the leading `v`. */
export async function pinnedVersion() {
  const text = await readFile(join(MODULE_FOLDER, 'go.mod'), 'utf8');
  const version = /^\s*go\.temporal\.io\/server v(\S+)/m.exec(text)?.[1];
  if (version === undefined)
    throw new Error('ops/temporal/go.mod names no version of go.temporal.io/server.');
  return version;
}

/** Where the binaries of a version stand, outside every checkout; the folder need not exist. */
export function cacheFolder(env, version) {
  const base = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(base, 'holdfast', `temporal-${version}`);
}

/** The paths inside a cache folder. */
export function cachedPaths(folder) {
  return {
    server: join(folder, 'temporal-server'),
    sqlTool: join(folder, 'temporal-sql-tool'),
    cli: join(folder, 'temporal'),
  };
}

/** True where every path is a file that this user may run. */
export async function runnable(...paths) {
  const answers = await Promise.allSettled(paths.map((path) => access(path, constants.X_OK)));
  return answers.every(({ status }) => status === 'fulfilled');
}
