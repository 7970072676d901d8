import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SearchAttributePair, SignalDefinition, Workflow } from '@temporalio/common';
import { QUEUES } from '../../workflows/queues.ts';
import { TENANT_ID } from '../../workflows/search-attributes.ts';

/** A run about one thing of a tenant. */
export interface TenantRun<W extends Workflow> {
  /** The natural key: a second start meets the first run. */
  readonly workflowId: string;
  readonly input: Parameters<W>[0] & { readonly tenantId: string };
  /** What it is found by; its tenant, where left out. */
  readonly attributes?: readonly SearchAttributePair[];
  /** Whether one that has ended well is started anew; left alone by default. */
  readonly again?: boolean;
}

/** Every workflow of ours as the client sees it: one input object. */
type OneInput = (input: unknown) => Promise<unknown>;

/** Starts a run under its natural key; one that is at it is met, and a second start is harmless. */
export async function startRun<W extends Workflow>(
  client: Client,
  type: string,
  run: TenantRun<W>,
): Promise<void> {
  try {
    await client.workflow.start<OneInput>(type, {
      ...optionsFor(run),
      workflowIdReusePolicy: run.again === true ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Tells the run that its rows have changed, or starts one, also where one has ended; harmless when it happens twice. */
export async function tellRun<W extends Workflow>(
  client: Client,
  type: string,
  { signal, ...run }: Omit<TenantRun<W>, 'again'> & { readonly signal: SignalDefinition },
): Promise<void> {
  await client.workflow.signalWithStart<OneInput, []>(type, {
    ...optionsFor(run),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    signal,
  });
}

/** Tells a run that its row has changed; one that is over, or was never started, has nothing left to do. */
export async function tellIfRunning(
  client: Client,
  workflowId: string,
  signal: SignalDefinition,
): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(signal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

function optionsFor<W extends Workflow>({ workflowId, input, attributes }: TenantRun<W>) {
  const { tenantId } = input;
  return {
    workflowId,
    taskQueue: QUEUES.lifecycle,
    args: [input] as [unknown],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    typedSearchAttributes: [...(attributes ?? [{ key: TENANT_ID, value: tenantId }])],
    priority: { fairnessKey: tenantId },
  };
}
