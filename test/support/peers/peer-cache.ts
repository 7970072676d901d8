import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { tryLock } from '../../../ops/temporal/build-lock.mjs';

const run = promisify(execFile);
const LOOK_AGAIN_MS = 250;

/** Outside the checkout, shared by all checkouts of this user. */
export function peerCache(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'holdfast', 'peers');
}

/**
 * The folder `name` of the cache, made by `build` in a folder of its own when it is not there. It appears under its name
 * only when complete. While one process builds it, others wait; where the builder was killed, one of them takes over.
 */
export async function cachedFolder(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const target = join(peerCache(), name);
  await mkdir(peerCache(), { recursive: true });
  while (!(await exists(target))) {
    const lock = await tryLock(join(peerCache(), `.building-${name}`));
    if (lock === undefined) await delay(LOOK_AGAIN_MS);
    else await makeFolder(target, build).finally(() => lock.release());
  }
  return target;
}

async function makeFolder(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return; // made between the look and the lock
  const staging = await mkdtemp(join(peerCache(), '.staging-'));
  try {
    await build(staging);
    await rename(staging, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Copies an artifact (`group:artifact:version:type`) out of Maven into `folder`; throws when its SHA-256 is another. */
export async function fetchFromMaven(
  artifact: string,
  file: string,
  sha256: string,
  folder: string,
): Promise<string> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  const options = { timeout: 540_000, maxBuffer: 16 * 1024 * 1024 };
  await run('mvn', ['-q', '-B', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], options);
  const path = join(folder, file);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found !== sha256) throw new Error(`${artifact} has the SHA-256 ${found}, pinned is ${sha256}.`);
  return path;
}

/** True when something stands at that path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Whether a program stands on the PATH. */
export function onPath(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
}
