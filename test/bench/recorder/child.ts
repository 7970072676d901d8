import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of a bench that answers questions. */
export interface Child {
  /** Puts a question and resolves with the answer; rejects when it failed or the process has ended. */
  ask(question: string, argument?: unknown): Promise<unknown>;
  /** Closes the channel, upon which the process ends by itself; kills it when it does not within 20 seconds. */
  stop(): Promise<void>;
}

/** What a process can be asked. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly question: string;
  readonly argument: unknown;
}
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failed?: string;
}

const STOP_MS = 20_000;

/** Starts a file of this folder as a process of its own; its output but errors is dropped. */
export async function startChild(file: string, environment: NodeJS.ProcessEnv = {}): Promise<Child> {
  const child = fork(new URL(file, import.meta.url), {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  child.on('message', ({ id, value, failed }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (failed === undefined) asked?.resolve(value);
    else asked?.reject(new Error(failed));
  });
  child.once('exit', (code) => {
    for (const asked of waiting.values()) asked.reject(new Error(`${file} ended early with ${code}.`));
  });
  let count = 0;
  const ask = (question: string, argument?: unknown): Promise<unknown> => {
    const id = ++count;
    const asked = Promise.withResolvers<unknown>();
    waiting.set(id, asked);
    child.send({ id, question, argument } satisfies Question, (error) => {
      if (error !== null) asked.reject(error);
    });
    return asked.promise;
  };
  await ask('ready');
  return {
    ask,
    async stop() {
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(deadline);
    },
  };
}

/** In the process: answers until the channel closes, then runs `close` and ends. */
export function answer(answers: Answers, close: () => void | Promise<void>): void {
  const reply = async ({ id, question, argument }: Question): Promise<Answer> => {
    try {
      if (question === 'ready') return { id };
      const work = answers[question];
      if (work === undefined) throw new Error(`This process cannot ${question}.`);
      return { id, value: await work(argument as never) };
    } catch (error) {
      return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('message', (question: Question) => {
    void reply(question).then((answered) => process.send?.(answered));
  });
  process.once('disconnect', () => {
    void Promise.resolve(close()).finally(() => process.exit());
  });
}
