import { HoldfastError } from '../../recorder-core/errors.ts';
import type { DesiredState } from '../temporal/desired-state.ts';

/** A task queue as one worker serves it. */
export interface ServedQueue {
  /** The kind of work: the name of its activities, and what a configuration names. */
  readonly kind: string;
  /** Name on the server; ends with the node's name for a queue of one node. */
  readonly taskQueue: string;
  readonly workflows: boolean;
  readonly slots: { readonly workflows?: number | undefined; readonly activities: number };
}

/** Looks up the queues that a worker shall serve. Throws `config_invalid` for one that temporal.yaml does not declare. */
export function servedQueues(desired: DesiredState, kinds: readonly string[], node: string): ServedQueue[] {
  return kinds.map((kind) => {
    const declared = desired.taskQueues.find(({ name }) => name === kind || name === `${kind}.<node>`);
    if (declared === undefined) {
      const known = desired.taskQueues.map(({ name }) => name.replace('.<node>', '')).join(', ');
      throw new HoldfastError(
        'config_invalid',
        `The task queue ${kind} is not declared in temporal.yaml. Choose among: ${known}.`,
        { field: 'workerQueues' },
      );
    }
    const { name, workflows, slots } = declared;
    return { kind, taskQueue: name.replace('<node>', node), workflows, slots };
  });
}
