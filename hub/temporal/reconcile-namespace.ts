import { msToTs } from '@temporalio/common/lib/time.js';
import { until } from '../processes/process-control.ts';
import { isNotFound, type Step, type Target } from './step.ts';

/** The server's parts learn of a new namespace one after another, within about ten seconds. */
const USABLE_MS = 30_000;

/** Makes the namespace, or corrects its description and retention. */
export async function reconcileNamespace({ connection, namespace, desired }: Target): Promise<Step[]> {
  const service = connection.workflowService;
  const { description, retention } = desired.namespace;
  const ttl = msToTs(retention);
  const wanted = inWords(description, retention);
  const found = await service.describeNamespace({ namespace }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (found === undefined) {
    const create = async (): Promise<void> => {
      await service.registerNamespace({ namespace, description, workflowExecutionRetentionPeriod: ttl });
      await until(
        () => isUsable(connection, namespace),
        USABLE_MS,
        `the namespace ${namespace} to be usable`,
        200,
      );
    };
    return [{ change: { kind: 'namespace', name: namespace, action: 'create', to: wanted }, run: create }];
  }
  const seconds = Number(found.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  const current = inWords(found.namespaceInfo?.description ?? '', seconds * 1000);
  if (current === wanted) return [];
  const update = () =>
    service.updateNamespace({
      namespace,
      updateInfo: { description },
      config: { workflowExecutionRetentionTtl: ttl },
    });
  return [
    {
      change: { kind: 'namespace', name: namespace, action: 'update', from: current, to: wanted },
      run: update,
    },
  ];
}

async function isUsable(connection: Target['connection'], namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace });
    await connection.operatorService.listSearchAttributes({ namespace });
    return true;
  } catch {
    return false;
  }
}

function inWords(description: string, retentionMs: number): string {
  return `retention ${retentionMs / 86_400_000} days, "${description}"`;
}
