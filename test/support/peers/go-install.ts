import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder, onPath, peerCache } from './peer-cache.ts';

const run = promisify(execFile);

/** A program that Go builds from a pinned module; the module's checksum is held by Go's own checksum database. */
export interface GoProgram {
  /** Folder in the cache; names the version. */
  readonly folder: string;
  /** Module path of the program with `@version`. */
  readonly module: string;
  /** File that the build leaves. */
  readonly binary: string;
}

/** Undefined where the program is there already or can be built. */
export function goProgramUnavailable({ folder }: GoProgram): string | undefined {
  if (existsSync(join(peerCache(), folder)) || onPath('go')) return undefined;
  return 'go not installed';
}

/** Path of the program; built on first use, quietly and on one processor, because others are at work on the machine. */
export async function installGoProgram({ folder, module, binary }: GoProgram): Promise<string> {
  const installed = await cachedFolder(folder, async (target) => {
    const env = { ...process.env, GOBIN: join(target, 'bin'), GOFLAGS: '-p=1' };
    await run('nice', ['-n', '10', 'go', 'install', '-trimpath', '-ldflags=-s -w', module], { env });
  });
  return join(installed, 'bin', binary);
}
