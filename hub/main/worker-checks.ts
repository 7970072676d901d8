import type { TemporalClient } from '../worker/client.ts';
import type { RunningWorkers } from '../worker/run-workers.ts';
import type { Resources } from './open-resources.ts';
import { databaseCheck, type ReadinessCheck } from './readiness.ts';
import { quarantineCheck } from './restore/watch-restored.ts';

/** What `/readyz` of a worker asks. A worker that fails ends its process, since half a worker looks alive. */
export function checksOf(
  { db, config }: Resources,
  { connection }: TemporalClient,
  workers: RunningWorkers,
): ReadinessCheck[] {
  let failed: unknown;
  workers.ended.catch((error: unknown) => {
    failed = error;
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM'); // half a worker looks alive: end, and let the supervisor start a whole one
  });
  return [
    databaseCheck(db),
    quarantineCheck({ db, config }),
    {
      name: 'temporal',
      run: async () => {
        await connection.workflowService.getSystemInfo({});
        return 'Temporal answers.';
      },
    },
    {
      name: 'workers',
      run: () =>
        failed === undefined
          ? Promise.resolve('All task queues are polled.')
          : Promise.reject(new Error('A worker has failed.')),
    },
  ];
}
