import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** A server that was launched, and the end of what it wrote. */
export interface LaunchedPostgres {
  readonly child: ChildProcess;
  readonly output: () => string;
}

/**
 * Resolves once a query is answered at `url`. A server that says it is starting is waited for as long as it says so: given up
 * too early, and so ended, one that reads its log after a crash would have to begin anew, and never be done.
 * @throws HoldfastError `timeout` where it says nothing for `silentMs`, `storage_full` or `unavailable` where it ended.
 */
export async function untilPostgresAnswers(
  { child, output }: LaunchedPostgres,
  url: string,
  silentMs: number,
): Promise<void> {
  let heardAt = performance.now();
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw startFailed(output());
    const said = await ask(url);
    if (said === 'ready') return;
    const now = performance.now();
    if (said === 'starting') heardAt = now;
    if (now - heardAt > silentMs)
      throw new HoldfastError(
        'timeout',
        `PostgreSQL has said nothing for ${Math.round(silentMs / 1000)} s while it was started, and was ended. Start again on a machine that does less.`,
        { detail: output() },
      );
    await delay(50);
  }
}

function startFailed(output: string): HoldfastError {
  const full = /No space left/i.test(output);
  return new HoldfastError(
    full ? 'storage_full' : 'unavailable',
    full
      ? 'PostgreSQL could not start: the disk is full. Free some space and start again.'
      : 'PostgreSQL ended while starting.',
    { detail: output },
  );
}

/** What a server that is being started says: nothing yet, that it is still starting, or the answer to a query. */
type Said = 'nothing' | 'starting' | 'ready';

/** SQLSTATE `cannot_connect_now`: it starts, reads its log after a crash, or is being stopped. */
const CANNOT_CONNECT_NOW = '57P03';

async function ask(url: string): Promise<Said> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the server may go away between connecting and asking
  try {
    await client.connect();
    await client.query('select 1');
    return 'ready';
  } catch (error) {
    return (error as { code?: unknown }).code === CANNOT_CONNECT_NOW ? 'starting' : 'nothing';
  } finally {
    await client.end().catch(() => undefined);
  }
}
