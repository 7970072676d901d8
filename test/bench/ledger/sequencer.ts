import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import type { BenchPostgres } from '../bench-postgres.ts';

/** The sequencer beside the writers. */
export interface BenchSequencer {
  /** Leaves that wait for their place now. */
  backlog(): Promise<number>;
  /** Resolves once none waits, with the seconds that took. */
  drained(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it in a thread of its own, as another process has it; a fault of it ends the bench. */
export function startSequencer(postgres: BenchPostgres, owner: pg.Pool): BenchSequencer {
  const thread = new Worker(new URL('./sequencer-thread.ts', import.meta.url), {
    workerData: { appUrl: postgres.appUrl, dispatcherUrl: postgres.dispatcherUrl },
  });
  let fault: string | undefined;
  thread.on('message', (message: { fault?: string }) => {
    fault ??= message.fault;
  });
  const backlog = async (): Promise<number> => {
    if (fault !== undefined) throw new Error(fault);
    const { rows } = await owner.query<{ count: number }>('select count(*) from ledger_pending');
    return rows[0]?.count ?? 0;
  };
  return {
    backlog,
    async drained() {
      const startedAt = performance.now();
      while ((await backlog()) > 0);
      return (performance.now() - startedAt) / 1000;
    },
    async stop() {
      const ended = new Promise((resolve) => thread.once('exit', resolve));
      thread.postMessage('stop');
      await ended;
    },
  };
}
