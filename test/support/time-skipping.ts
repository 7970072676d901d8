import { randomUUID } from 'node:crypto';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { activityInfo } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { WorkflowTest } from './workflow-test.ts';

const {
  ExecuteMultiOperationRequest,
  SignalWithStartWorkflowExecutionRequest,
  StartWorkflowExecutionRequest,
} = proto.temporal.api.workflowservice.v1;
const { FastForwardPollingResult } = proto.temporal.api.enums.v1;
const SERVICE = '/temporal.api.workflowservice.v1.WorkflowService/';
/** Skips of one run before the server takes it for a loop; a weekly reminder over seven years needs 364. */
const MOST_SKIPS = 10_000;
/** Each poll waits at the server for some ten seconds. */
const MOST_POLLS = 30;

/**
 * Makes the server skip the timers of every workflow that this connection starts, from its first to its last (server
 * 1.32 with frontend.WorkflowTimeSkippingEnabled). The SDK has no option for it yet, its protocol has: the field is set
 * on the wire. Nothing is skipped while an activity or a child runs, nor the pause before an activity is tried again.
 */
export const skipTime: Interceptor = (options, nextCall) =>
  new InterceptingCall(nextCall(options), {
    sendMessage(message, next) {
      const method = options.method_definition.path.replace(SERVICE, '');
      next(WITH_SKIPPING[method]?.(message as Uint8Array) ?? message);
    },
  });

const skipping = { enabled: true, maxSessionSkipCount: MOST_SKIPS };

/** The calls that start a workflow, each with the field set. */
const WITH_SKIPPING: Readonly<Record<string, (message: Uint8Array) => Buffer>> = {
  StartWorkflowExecution(message) {
    const request = StartWorkflowExecutionRequest.decode(message);
    request.timeSkippingConfig = skipping;
    return Buffer.from(StartWorkflowExecutionRequest.encode(request).finish());
  },
  SignalWithStartWorkflowExecution(message) {
    const request = SignalWithStartWorkflowExecutionRequest.decode(message);
    request.timeSkippingConfig = skipping;
    return Buffer.from(SignalWithStartWorkflowExecutionRequest.encode(request).finish());
  },
  ExecuteMultiOperation(message) {
    const request = ExecuteMultiOperationRequest.decode(message);
    for (const { startWorkflow } of request.operations) {
      if (startWorkflow) startWorkflow.timeSkippingConfig = skipping;
    }
    return Buffer.from(ExecuteMultiOperationRequest.encode(request).finish());
  },
};

/**
 * Moves one running workflow forward by `ms` of its own time, firing every timer on the way, and stops its clock from
 * jumping any further: what is sent to it next arrives at that date. For workflows of a connection without `skipTime`.
 * @throws Error where the workflow ended before that date.
 */
export async function fastForward(temporal: WorkflowTest, handle: WorkflowHandle, ms: number): Promise<void> {
  const { namespace, connection } = temporal;
  const fastForwardId = randomUUID();
  await setSkipping(temporal, handle, {
    ...skipping,
    fastForwardConfig: { id: fastForwardId, duration: msToTs(ms) },
  });
  const target = { namespace, workflowExecution: { workflowId: handle.workflowId } };
  for (let poll = 0; poll < MOST_POLLS; poll += 1) {
    const { fastForwardPollingResult: result, failedReason } =
      await connection.workflowService.pollWorkflowExecutionTimeSkipping({ ...target, fastForwardId });
    if (result === FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) return;
    if (result !== FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT)
      throw new Error(`The workflow did not reach that date: ${failedReason}`);
  }
  throw new Error('The workflow is busy and does not reach that date.');
}

/** Skips every timer of one running workflow from now on, to its end. */
export function skipToEnd(temporal: WorkflowTest, handle: WorkflowHandle): Promise<void> {
  return setSkipping(temporal, handle, skipping);
}

async function setSkipping(
  { namespace, connection }: WorkflowTest,
  { workflowId }: WorkflowHandle,
  timeSkippingConfig: proto.temporal.api.common.v1.ITimeSkippingConfig,
): Promise<void> {
  await connection.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution: { workflowId },
    identity: 'test',
    workflowExecutionOptions: { timeSkippingConfig },
    updateMask: { paths: ['time_skipping_config'] },
  });
}

/**
 * The time of the workflow that the running activity works for, as it was when the activity was scheduled: what an
 * activity's `now` must be where time is skipped, because the clock of this machine is not.
 */
export function workflowTime(): Date {
  return new Date(activityInfo().currentAttemptScheduledTimestampMs);
}

/** The same as the database's clock, which activities hold theirs against before they do what a date brings about. */
export function workflowClock(): Promise<Date> {
  return Promise.resolve(workflowTime());
}
