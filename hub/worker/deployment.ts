import type { Connection } from '@temporalio/client';

/** The version of the workers that run one exact set of workflow code. */
export interface WorkerVersion {
  readonly deploymentName: string;
  /** Hash of the workflow bundle. */
  readonly buildId: string;
}

/**
 * Makes a version current: from now on new runs, and open runs at their next
 * step, go to its workers. Idempotent. The version need not have been seen yet,
 * so that a first start waits for nothing; in a cluster, call it when the new
 * workers are up, and keep the old ones until then.
 */
export async function makeVersionCurrent(
  connection: Pick<Connection, 'workflowService'>,
  namespace: string,
  version: WorkerVersion,
): Promise<void> {
  await connection.workflowService.setWorkerDeploymentCurrentVersion({
    namespace,
    deploymentName: version.deploymentName,
    buildId: version.buildId,
    allowNoPollers: true,
    ignoreMissingTaskQueues: true,
    identity: 'holdfast',
  });
}
