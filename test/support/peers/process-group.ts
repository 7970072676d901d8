import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program in a process group of its own. */
export interface ProcessGroup {
  readonly exited: boolean;
  /** What it last wrote, for the message of a failed start. */
  tail(): string;
  /** SIGTERM to the whole group, SIGKILL after `graceMs`; resolves when the group has ended. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Becomes the program, and leaves a watcher in the group that reads our end of a pipe: it ends when this process does,
 * in whatever way, and takes the group along.
 */
const WATCHED = 'exec 3<&0; (cat <&3 >/dev/null; kill -KILL 0) & exec "$@" </dev/null 3<&-';

/** Starts a program that does not outlive this process, even when this process is killed. */
export function startGroup(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ProcessGroup {
  const watched = ['-c', WATCHED, 'sh', command, ...args];
  const child = spawn('/bin/sh', watched, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000);
  };
  let closed = false;
  child.once('close', () => {
    closed = true;
  });
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return {
    get exited() {
      return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    },
    tail: () => output,
    async stop(graceMs = 15_000) {
      signal(child, 'SIGTERM');
      if (!this.exited)
        await once(child, 'exit', { signal: AbortSignal.timeout(graceMs) }).catch(() => undefined);
      signal(child, 'SIGKILL');
      // Closed once nobody in the group holds the pipes any more; nobody survives SIGKILL, so this is soon.
      if (!closed) await once(child, 'close', { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    },
  };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group is gone already.
  }
}
