import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** `ulimit -f` counts in blocks of this many bytes in a POSIX shell. */
const BLOCK_BYTES = 512;

/**
 * Runs a script of ours in a process whose files may not grow beyond `maxFileBytes` (rounded down to 512): a write
 * beyond is cut short and then refused by the operating system, as on a full disk, and every other file goes on.
 * Answers what the script printed.
 */
export async function runOnLimitedDisk(
  script: string,
  args: readonly string[],
  maxFileBytes: number,
): Promise<unknown> {
  const blocks = Math.floor(maxFileBytes / BLOCK_BYTES);
  const { stdout } = await run('sh', [
    '-c',
    `ulimit -f ${blocks} && exec "$0" "$@"`,
    process.execPath,
    script,
    ...args,
  ]);
  return JSON.parse(stdout) as unknown;
}
