import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { firstFault } from '../../connectors/kit/first-fault.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';

const UNIT_MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** "10 seconds", "1 hour"; in milliseconds once read. */
const duration = z
  .string()
  .regex(/^[1-9]\d{0,5} (second|minute|hour|day)s?$/, 'must be a duration such as "90 seconds" or "7 days"')
  .transform((text) => {
    const [count = '', unit = ''] = text.replace(/s$/, '').split(' ');
    return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  });

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]{0,99}$/, 'must be a plain name of at most 100 characters');
const slots = z.int().min(1).max(2_000);

const Namespace = z.strictObject({
  name,
  description: z.string().max(500),
  retention: duration.refine((ms) => ms >= UNIT_MS.day, 'must be at least 1 day; the server keeps no less'),
});

const TaskQueue = z.strictObject({
  /** `<node>` stands for the name of the node that serves it. */
  name: z.string().regex(/^[a-z][a-z-]*(\.<node>)?$/, 'must be a plain name, or one ending with .<node>'),
  workflows: z.boolean().default(false),
  slots: z.strictObject({ workflows: slots.optional(), activities: slots }),
});

const Workflow = z.strictObject({
  taskQueue: name,
  /** Names in braces are fields of the input; workflows/ids.ts makes the ids. */
  id: z.string().max(100),
  versioning: z.enum(['auto-upgrade', 'pinned']),
  timeouts: z.strictObject({ task: duration, run: duration.optional() }),
});

const Schedule = z.strictObject({
  workflow: name,
  every: duration,
  jitter: duration,
  overlap: z.enum(['skip', 'buffer-one', 'allow-all']),
  catchUpWindow: duration.refine((ms) => ms >= 10_000, 'must be at least 10 seconds'),
  partitions: z.int().min(1).max(64),
  /** Given to the workflow with `partition` and `partitions` added. */
  input: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const Attribute = z.enum(['Keyword', 'KeywordList', 'Text', 'Int', 'Double', 'Bool', 'Datetime']);

const DesiredState = z
  .strictObject({
    version: z.literal(1),
    namespace: Namespace,
    searchAttributes: z.record(z.string().regex(/^[A-Z][A-Za-z0-9]{0,63}$/), Attribute),
    taskQueues: z.array(TaskQueue).min(1),
    workflows: z.record(name, Workflow),
    schedules: z.record(name, Schedule),
    deployment: z.strictObject({ name, buildId: z.literal('workflow-bundle-hash') }),
    codec: z.strictObject({ cipher: z.literal('aes-256-gcm'), failures: z.literal('encoded') }),
  })
  .check((context) => {
    const { taskQueues, workflows, schedules } = context.value;
    const refuse = (message: string, path: string[]): void => {
      context.issues.push({ code: 'custom', message, path, input: context.value });
    };
    const running = taskQueues.filter((queue) => queue.workflows).map((queue) => queue.name);
    if (new Set(taskQueues.map((queue) => queue.name)).size < taskQueues.length) {
      refuse('must not name a queue twice', ['taskQueues']);
    }
    for (const [type, { taskQueue }] of Object.entries(workflows)) {
      if (!running.includes(taskQueue)) {
        refuse('must name a task queue with workflows: true', ['workflows', type, 'taskQueue']);
      }
    }
    for (const [id, { workflow }] of Object.entries(schedules)) {
      if (workflows[workflow] === undefined) {
        refuse('must name a declared workflow', ['schedules', id, 'workflow']);
      }
    }
  });

/** temporal.yaml as read: durations in milliseconds, frozen through and through. */
export type DesiredState = z.output<typeof DesiredState>;

/** Reads temporal.yaml's text. Throws `config_invalid` naming the first key at fault; an unknown key is at fault. */
export function parseDesiredState(text: string): DesiredState {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      'temporal.yaml is not well-formed YAML. Correct it and start again.',
      {
        cause,
      },
    );
  }
  const result = DesiredState.safeParse(document);
  if (result.success) return freeze(result.data);
  const { path, says } = firstFault(result.error);
  const field = path.join('.') || '(the document)';
  throw new HoldfastError('config_invalid', `temporal.yaml: ${field}: ${says}. Correct it and start again.`, {
    field,
  });
}

/** Reads the file at `path`. */
export async function readDesiredState(path: string): Promise<DesiredState> {
  return parseDesiredState(await readFile(path, 'utf8'));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
