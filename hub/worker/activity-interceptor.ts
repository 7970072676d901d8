import type { Context, Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptors, Next } from '@temporalio/worker';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import type { Logger } from '../observability/logger.ts';

/** Well inside the heartbeat timeout of every activity. */
export const HEARTBEAT_MS = 3_000;

/** Ids that may stand in a log line, taken from an activity's one input object. */
const LOGGED_IDS = [
  'tenantId',
  'recordingId',
  'exportId',
  'connectionId',
  'policyEpoch',
  'partition',
] as const;

/**
 * Surrounds every activity: heartbeats while it runs, so that a killed worker is
 * noticed and a cancellation arrives; logs its end with ids; and turns what it
 * throws into the failure that workflows and their retries understand.
 */
export function activityInterceptor(logger: Logger): (context: Context) => ActivityInterceptors {
  return (context) => ({
    inbound: {
      async execute(input: ActivityExecuteInput, next: Next<Inbound, 'execute'>): Promise<unknown> {
        const log = logger.child(logFields(context.info, input.args[0]));
        const began = Date.now();
        const timer = setInterval(() => {
          context.heartbeat();
        }, HEARTBEAT_MS);
        try {
          const result = await next(input);
          log.debug({ durationMs: Date.now() - began }, 'activity done');
          return result;
        } catch (error) {
          if (!(error instanceof CancelledFailure)) {
            log.warn({ error, durationMs: Date.now() - began }, 'activity failed');
          }
          throw toActivityFailure(error, context.info.activityType);
        } finally {
          clearInterval(timer);
        }
      },
    },
  });
}

type Inbound = NonNullable<ActivityInterceptors['inbound']>;

/**
 * Maps our errors by their code (type = code; retried only where the code says
 * so, after `retryAfterMs` where given). Anything else is unforeseen: it is
 * retried, and its text, which may hold anything, stays in the worker's log.
 */
export function toActivityFailure(error: unknown, activityType: string): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof Error && error.name === 'CompleteAsyncError') return error;
  if (isHoldfastError(error)) {
    const { code, message, retryable, retryAfterMs } = error;
    return ApplicationFailure.create({
      type: code,
      message,
      nonRetryable: !retryable,
      ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
    });
  }
  return ApplicationFailure.create({
    type: 'unforeseen',
    message: `The activity ${activityType} failed in a way nobody foresaw; the worker's log has the cause. It is tried again.`,
    nonRetryable: false,
  });
}

function logFields(info: Info, input: unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    activity: info.activityType,
    attempt: info.attempt,
    workflowId: info.workflowExecution?.workflowId,
    runId: info.workflowExecution?.runId,
    taskQueue: info.taskQueue,
  };
  if (typeof input === 'object' && input !== null) {
    for (const id of LOGGED_IDS) if (id in input) fields[id] = (input as Record<string, unknown>)[id];
  }
  return fields;
}
