import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { isHoldfastError } from '../../../recorder-core/errors.ts';
import type { ActivityAnswer, ActivityCall } from './activity-call.ts';
import type { KillPlan, KillPoint } from './kill-plan.ts';

const PROGRAM = join(import.meta.dirname, 'served-worker.ts');

export interface KilledWorkersOptions {
  readonly address: string;
  readonly namespace: string;
  /** Does what the activity does, in this process: it outlives the worker that asked. */
  readonly answer: (call: ActivityCall) => Promise<unknown>;
  /** Worker processes at once: while one is gone, the others go on. */
  readonly processes: number;
  readonly onKill: (kill: KillPoint) => void;
  /** Where to kill. */
  readonly plan: KillPlan;
}

/**
 * Worker processes, one of which is ended with `kill -9` each time that the plan wants it, when it has begun an activity of a
 * workflow or done it. Another takes its place.
 */
export class KilledWorkers {
  readonly kills: KillPoint[] = [];
  /** How often each step of each workflow was done, by the names of both. */
  readonly steps = new Map<string, Map<string, number>>();
  readonly #options: KilledWorkersOptions;
  readonly #children = new Set<ChildProcess>();
  /** How often each moment of each step has come. */
  readonly #met = new Map<string, number>();
  #closed = false;

  constructor(options: KilledWorkersOptions) {
    this.#options = options;
    for (let count = 0; count < options.processes; count += 1) this.#launch();
  }

  close(): void {
    this.#closed = true;
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #launch(): void {
    const { address, namespace } = this.#options;
    const child = fork(PROGRAM, [address, namespace], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#children.add(child);
    child.on('message', (call: ActivityCall) => void this.#serve(child, call));
    child.once('exit', () => {
      this.#children.delete(child);
      if (!this.#closed) this.#launch();
    });
  }

  async #serve(child: ChildProcess, call: ActivityCall): Promise<void> {
    if (this.#killedAt(child, call, 'begun')) return;
    const answer = await this.#run(call);
    if (answer.failed === undefined) this.#note(call);
    if (this.#killedAt(child, call, 'done') || !child.connected) return;
    child.send(answer, () => undefined); // one that dies meanwhile is not told
  }

  async #run({ id, ...call }: ActivityCall): Promise<ActivityAnswer> {
    try {
      return { id, value: await this.#options.answer({ id, ...call }) };
    } catch (error) {
      const { code, message } = isHoldfastError(error)
        ? error
        : { code: 'internal' as const, message: String(error) };
      return { id, failed: { code, message } };
    }
  }

  #note({ workflow, name }: ActivityCall): void {
    const steps = this.steps.get(workflow) ?? new Map<string, number>();
    this.steps.set(workflow, steps.set(name, (steps.get(name) ?? 0) + 1));
  }

  #killedAt(child: ChildProcess, { workflow, name }: ActivityCall, moment: KillPoint['moment']): boolean {
    const key = `${workflow} ${name} ${moment}`;
    const call = (this.#met.get(key) ?? 0) + 1;
    this.#met.set(key, call);
    const kill = { workflow, step: name, moment, call };
    if (!this.#options.plan(kill)) return false;
    this.kills.push(kill);
    child.kill('SIGKILL');
    this.#options.onKill(kill);
    return true;
  }
}
