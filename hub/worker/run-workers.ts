import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import type { OpenTelemetryWorkflowExporter } from '@temporalio/interceptors-opentelemetry/lib/workflow/definitions.js';
import { NativeConnection, Worker, type InjectedSink, type WorkerOptions } from '@temporalio/worker';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { DesiredState } from '../temporal/desired-state.ts';
import { activityInterceptor, HEARTBEAT_MS } from './activity-interceptor.ts';
import type { WorkflowBundle } from './bundle.ts';
import { connectionOptions, type TemporalAccess } from './client.ts';
import { keptBundle } from './kept-bundle.ts';
import { openDataConverter } from './data-converter.ts';
import { makeVersionCurrent } from './deployment.ts';
import type { PayloadKeys } from './payload-codec.ts';
import { servedQueues, type ServedQueue } from './queues.ts';
import { toSdkLogger } from './runtime.ts';

/** Activities by the kind of queue: `lifecycle`, `media`, `connectors`, `spool`. */
export type ActivitiesByKind = Readonly<Record<string, object>>;

export interface RunWorkersOptions extends TemporalAccess {
  readonly desired: DesiredState;
  readonly keys: PayloadKeys;
  /** Kinds of queues to serve, as temporal.yaml declares them. */
  readonly kinds: readonly string[];
  /** Name of this node; ends the names of the queues that only it can serve. */
  readonly node: string;
  readonly activities: ActivitiesByKind;
  readonly logger: Logger;
  readonly tracing?: Pick<Tracing, 'exporter' | 'resource'>;
  /** That of this checkout, from keptBundle(), where not given. */
  readonly bundle?: WorkflowBundle;
  /**
   * True makes this version current at once, which is right where one machine
   * runs everything. In a cluster the roll-out does it, when all workers are up.
   */
  readonly makeCurrent?: boolean;
  /** How long running activities may take to end when asked to stop; 10 seconds by default. */
  readonly shutdownGraceMs?: number;
}

/** Workers that are polling. */
export interface RunningWorkers {
  /** Hash of the workflow code; absent where no queue with workflows is served. */
  readonly buildId: string | undefined;
  /** Rejects when a worker fails; resolves after stop(). */
  readonly ended: Promise<void>;
  /** Takes no more work, lets running activities end within the grace, then cancels them. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a worker for each queue, over one connection. Throws where the server does not answer or a queue is unknown. */
export async function runWorkers(options: RunWorkersOptions): Promise<RunningWorkers> {
  const { namespace, desired, node, logger } = options;
  const queues = servedQueues(desired, options.kinds, node);
  const needsBundle = queues.some(({ workflows }) => workflows);
  const sdkLogger = toSdkLogger(logger);
  const bundle = needsBundle ? (options.bundle ?? (await keptBundle(sdkLogger))) : undefined;
  const connection = await NativeConnection.connect(connectionOptions(options));
  const spans = spanProcessor(options);
  try {
    if (bundle !== undefined && options.makeCurrent === true) {
      const version = { deploymentName: desired.deployment.name, buildId: bundle.buildId };
      if (!(await makeVersionCurrent(connection, namespace, version)))
        logger.warn(
          version,
          'not every task queue knows yet that this version is current; each sends it work once it does',
        );
    }
    const workers = await Promise.all(
      queues.map((queue) => Worker.create({ connection, ...workerOptions(options, queue, bundle, spans) })),
    );
    return drive(workers, connection, spans, bundle?.buildId);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function drive(
  workers: readonly Worker[],
  connection: NativeConnection,
  spans: SpanProcessor | undefined,
  buildId: string | undefined,
): RunningWorkers {
  const shutDown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map((worker) => worker.run());
  const ended = Promise.all(runs)
    .catch(async (error: unknown) => {
      shutDown(); // one that failed takes the others along, because half a worker looks alive
      await Promise.allSettled(runs);
      throw error;
    })
    .then(() => undefined)
    .finally(async () => {
      await spans?.forceFlush();
      await connection.close();
    });
  return {
    buildId,
    ended,
    async stop() {
      shutDown();
      await ended;
    },
  };
}

function workerOptions(
  options: RunWorkersOptions,
  queue: ServedQueue,
  bundle: WorkflowBundle | undefined,
  spans: SpanProcessor | undefined,
): Omit<WorkerOptions, 'connection'> {
  const { namespace, desired, keys, logger, shutdownGraceMs = 10_000 } = options;
  const activities = options.activities[queue.kind];
  if (activities === undefined) {
    throw new HoldfastError('config_invalid', `No activities were given for the task queue ${queue.kind}.`);
  }
  const common = {
    namespace,
    identity: `${options.node}/${process.pid}`,
    taskQueue: queue.taskQueue,
    activities,
    dataConverter: openDataConverter(keys),
    maxConcurrentActivityTaskExecutions: queue.slots.activities,
    maxHeartbeatThrottleInterval: HEARTBEAT_MS, // else the SDK holds them back to 80 % of the timeout
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownGraceMs + 10_000,
    interceptors: {
      activity: [
        (context) => ({
          inbound: new OpenTelemetryActivityInboundInterceptor(context),
          outbound: new OpenTelemetryActivityOutboundInterceptor(context),
        }),
        activityInterceptor(logger),
      ],
    },
  } satisfies Omit<WorkerOptions, 'connection'>;
  if (!queue.workflows || bundle === undefined) return common;
  return {
    ...common,
    workflowBundle: { code: bundle.code },
    sinks: workflowSinks(options, spans),
    workerDeploymentOptions: {
      version: { deploymentName: desired.deployment.name, buildId: bundle.buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
    ...(queue.slots.workflows === undefined
      ? {}
      : { maxConcurrentWorkflowTaskExecutions: queue.slots.workflows }),
  };
}

function spanProcessor({ tracing }: RunWorkersOptions): SpanProcessor | undefined {
  return tracing?.exporter === undefined ? undefined : new BatchSpanProcessor(tracing.exporter);
}

/** Where workflow spans go; the workflow code hands them out whether or not somebody takes them. */
function workflowSinks(
  { tracing }: RunWorkersOptions,
  spans: SpanProcessor | undefined,
): { exporter: InjectedSink<OpenTelemetryWorkflowExporter> } {
  if (tracing === undefined || spans === undefined) return { exporter: { export: { fn: () => undefined } } };
  return { exporter: makeWorkflowExporter(spans, tracing.resource) };
}
