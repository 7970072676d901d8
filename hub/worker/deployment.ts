import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { until } from '../processes/process-control.ts';

const { ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS } = proto.temporal.api.enums.v1.RoutingConfigUpdateState;
const SPREAD_MS = 30_000;

/** The version of the workers that run one exact set of workflow code. */
export interface WorkerVersion {
  readonly deploymentName: string;
  /** Hash of the workflow bundle. */
  readonly buildId: string;
}

/**
 * Makes a version current: new runs, and open runs at their next step, go to its
 * workers from about the moment this resolves (a queue may learn of it a moment
 * later). Idempotent. The version need not have been seen yet,
 * so that a first start waits for nothing; in a cluster, call it when the new
 * workers are up, and keep the old ones until then.
 *
 * Answers whether the server said within `spreadMs` that every queue knows. Where it did not, the version is
 * current all the same and the queues follow: a busy server takes long, and one may call a change unfinished
 * for good that has reached them (temporalio/temporal, issue 11842). Nobody should refuse to work for it.
 */
export async function makeVersionCurrent(
  connection: Pick<Connection, 'workflowService'>,
  namespace: string,
  version: WorkerVersion,
  spreadMs = SPREAD_MS,
): Promise<boolean> {
  await connection.workflowService.setWorkerDeploymentCurrentVersion({
    namespace,
    deploymentName: version.deploymentName,
    buildId: version.buildId,
    allowNoPollers: true,
    ignoreMissingTaskQueues: true,
    identity: 'holdfast',
  });
  // The server tells its task queues one after another.
  const isSpread = async (): Promise<boolean> => {
    const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: version.deploymentName,
    });
    return workerDeploymentInfo?.routingConfigUpdateState !== ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS;
  };
  return until(isSpread, spreadMs, `version ${version.buildId} of the workers to be current`).then(
    () => true,
    (error: unknown) => {
      if (isHoldfastError(error) && error.code === 'timeout') return false;
      throw error;
    },
  );
}
