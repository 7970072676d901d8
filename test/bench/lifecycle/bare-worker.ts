import { createRequire } from 'node:module';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { bareWorkflow } from './bare-workflow.ts';

const TASK_QUEUE = 'bare';

/** A worker as the SDK gives it: no encryption, no interceptors, no versioning. */
export interface BareWorker {
  /** Runs one bare workflow to its end. */
  run(workflowId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on a server and a namespace that others may use too; `client` must not encrypt. */
export async function startBareWorker(
  address: string,
  namespace: string,
  client: Client,
): Promise<BareWorker> {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowsPath: createRequire(import.meta.url).resolve('./bare-workflow.ts'),
    activities: { bare: () => Promise.resolve() },
  });
  const ended = worker.run();
  return {
    run: (workflowId) =>
      client.workflow.execute<typeof bareWorkflow>('bareWorkflow', { workflowId, taskQueue: TASK_QUEUE }),
    async stop() {
      worker.shutdown();
      await ended;
      await connection.close();
    },
  };
}
