import {
  ScheduleClient,
  type ScheduleDescription,
  type ScheduleOptions,
  type ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { DesiredState } from './desired-state.ts';
import { isNotFound, type Step, type Target } from './step.ts';

type Declared = DesiredState['schedules'][string];

/** Marks the schedules that stand in temporal.yaml, so that no other is ever deleted. */
const MANAGED = { managedBy: 'temporal.yaml' };

const OVERLAP: Readonly<Record<Declared['overlap'], ScheduleOverlapPolicy>> = {
  skip: 'SKIP',
  'buffer-one': 'BUFFER_ONE',
  'allow-all': 'ALLOW_ALL',
};

/**
 * Makes, corrects and deletes schedules: one per partition, `<id>/<partition>`,
 * spread evenly over the interval. A schedule that a person paused stays paused.
 */
export async function reconcileSchedules({
  connection,
  namespace,
  desired,
  dataConverter,
}: Target): Promise<Step[]> {
  const client = new ScheduleClient({ connection, namespace, dataConverter });
  const wanted = Object.entries(desired.schedules).flatMap(([id, declared]) =>
    Array.from({ length: declared.partitions }, (_, partition) =>
      optionsOf(id, declared, partition, desired.workflows),
    ),
  );
  const steps: Step[] = [];
  for (const options of wanted) {
    const step = await stepFor(client, options);
    if (step !== undefined) steps.push(step);
  }
  const keep = new Set(wanted.map(({ scheduleId }) => scheduleId));
  for (const scheduleId of await managedIds(client)) {
    if (keep.has(scheduleId)) continue;
    steps.push({
      change: { kind: 'schedule', name: scheduleId, action: 'delete', from: 'no longer declared' },
      run: () => client.getHandle(scheduleId).delete(),
    });
  }
  return steps;
}

async function stepFor(client: ScheduleClient, options: ScheduleOptions): Promise<Step | undefined> {
  const name = options.scheduleId;
  const to = inWords(options);
  const handle = client.getHandle(name);
  const found = await handle.describe().catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (found === undefined) {
    return { change: { kind: 'schedule', name, action: 'create', to }, run: () => client.create(options) };
  }
  const from = inWords(found);
  if (from === to) return undefined;
  const { spec, action, policies = {} } = options;
  return {
    change: { kind: 'schedule', name, action: 'update', from, to },
    run: () => handle.update(({ state }) => ({ spec, action, policies, state })),
  };
}

function optionsOf(
  id: string,
  declared: Declared,
  partition: number,
  workflows: DesiredState['workflows'],
): ScheduleOptions {
  const { every, jitter, partitions, overlap, catchUpWindow, workflow, input } = declared;
  const { taskQueue = '', timeouts } = workflows[workflow] ?? {};
  const scheduleId = `${id}/${partition}`;
  return {
    scheduleId,
    memo: MANAGED,
    spec: { intervals: [{ every, offset: Math.floor((every / partitions) * partition) }], jitter },
    policies: { overlap: OVERLAP[overlap], catchupWindow: catchUpWindow },
    action: {
      type: 'startWorkflow',
      workflowType: workflow,
      workflowId: scheduleId,
      taskQueue,
      args: [{ ...input, partition, partitions }],
      ...(timeouts === undefined ? {} : { workflowTaskTimeout: timeouts.task }),
      ...(timeouts?.run === undefined ? {} : { workflowRunTimeout: timeouts.run }),
    },
  };
}

/** What matters of a schedule, in one line that is equal for equal schedules. */
function inWords({ spec, policies, action }: ScheduleOptions | ScheduleDescription): string {
  return JSON.stringify({
    intervals: spec.intervals,
    jitter: spec.jitter,
    overlap: policies?.overlap,
    catchUp: policies?.catchupWindow,
    workflow: action.workflowType,
    taskQueue: action.taskQueue,
    id: action.workflowId,
    input: action.args,
    task: action.workflowTaskTimeout,
    run: action.workflowRunTimeout,
  });
}

async function managedIds(client: ScheduleClient): Promise<string[]> {
  const ids: string[] = [];
  try {
    for await (const { scheduleId, memo } of client.list()) {
      if (memo?.['managedBy'] === MANAGED.managedBy) ids.push(scheduleId);
    }
  } catch (error) {
    if (!isNotFound(error)) throw error; // a dry run, before the namespace is made
  }
  return ids;
}
