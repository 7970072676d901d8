/** Runs a program as a filter: bytes in, bytes out, with bounds on time, output and what it learns of this process. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { HoldfastError } from '../errors.ts';

/** One run. */
export interface FilterRun {
  /** Full path, or a name that is looked for in the system's own folders. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: Buffer;
  /** The program is killed when it writes more. */
  readonly maxOutputBytes: number;
  /** The program is killed when it runs longer. */
  readonly timeoutMs: number;
  /** Aborted when the output is not wanted any more; the program is killed. */
  readonly signal?: AbortSignal | undefined;
}

/** Of what the program says of its failure, this much is kept. */
const MAX_COMPLAINT = 1000;

/**
 * All that the program wrote, once it ended with success. It gets none of this process's environment, so no secret can
 * reach it. It never outlives the promise. Fails with `timeout`; with `unavailable` when it is not there, ended with a
 * failure, wrote too much, or was given up.
 */
export async function runFilter(run: FilterRun): Promise<Buffer> {
  const child = spawn(run.program, run.args, { env: { LC_ALL: 'C' }, stdio: 'pipe' });
  const timeout = AbortSignal.timeout(run.timeoutMs);
  const stop = AbortSignal.any([timeout, ...(run.signal === undefined ? [] : [run.signal])]);
  const kill = (): void => void child.kill('SIGKILL');
  stop.addEventListener('abort', kill, { once: true });
  if (stop.aborted) kill();
  try {
    return await collect(child, run);
  } catch (cause) {
    if (timeout.aborted) throw tookTooLong(run, cause);
    throw cause;
  } finally {
    stop.removeEventListener('abort', kill);
    kill();
  }
}

function collect(child: ChildProcessWithoutNullStreams, run: FilterRun): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= run.maxOutputBytes) output.push(chunk);
      else child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('latin1')).slice(0, MAX_COMPLAINT);
    });
    child.once('error', (cause) => {
      reject(failed(run, 'could not be started', complaint, cause));
    });
    child.once('close', (code, signal) => {
      // It may have ended by itself before it could be killed.
      if (bytes > run.maxOutputBytes) reject(failed(run, 'wrote too much', complaint));
      else if (code === 0) resolve(Buffer.concat(output));
      else reject(failed(run, `ended with ${code ?? signal}`, complaint));
    });
    // A program that ends without reading its input is judged by how it ended.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input);
  });
}

function failed({ program }: FilterRun, how: string, complaint: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'A program that decodes speech failed, so this stretch cannot be played now. The recording is unharmed; see the log for what the program said.',
    { detail: `${program} ${how}: ${complaint}`, cause },
  );
}

function tookTooLong({ program, timeoutMs }: FilterRun, cause: unknown): HoldfastError {
  return new HoldfastError(
    'timeout',
    'A program that decodes speech took too long, so this stretch cannot be played now. Try again when the machine has less to do.',
    { detail: `${program} was killed after ${timeoutMs} ms`, cause },
  );
}
