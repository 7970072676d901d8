import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { ReshapeAnswer, ReshapeQuestion } from './reshape-process.ts';

const PROGRAM = fileURLToPath(new URL('./reshape-process.ts', import.meta.url));
/** All that the process may read: its own code and that of its packages. */
const READABLE = ['./*', '../../../../node_modules/*', '../../../../package.json'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const START_MS = 60_000;

/**
 * The process in which reshapes run: without environment, files, children, other threads or code made of texts (Node's
 * permission model), with a heap of its own, and killed when an answer takes too long.
 */
export class ReshapeChild {
  readonly #process: ChildProcess;
  dead = false;

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.once('exit', () => (this.dead = true));
    // Whoever waits for it sees that it died; without a listener the event would end this process.
    process.on('error', () => (this.dead = true));
    process.unref();
    process.channel?.unref();
  }

  /** The start does not count as a reshape's time: a busy machine needs a while for it. */
  static async start(memoryMb: number): Promise<ReshapeChild> {
    const child = new ReshapeChild(
      fork(PROGRAM, [], {
        env: {},
        execArgv: [
          '--permission',
          ...READABLE.map((path) => `--allow-fs-read=${path}`),
          '--disallow-code-generation-from-strings',
          `--max-old-space-size=${memoryMb}`,
          '--max-semi-space-size=8',
        ],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
    );
    const [answer] = await child.ask({ text: '$', records: [] }, START_MS);
    if (answer !== undefined) return child;
    throw new HoldfastError(
      'unavailable',
      'The process for reshapes did not start. The record is tried again.',
    );
  }

  /** As many answers as came before the process died or one took longer than `timeoutMs`, by which it is killed. */
  ask(question: ReshapeQuestion, timeoutMs: number): Promise<ReshapeAnswer[]> {
    const answers: ReshapeAnswer[] = [];
    const process = this.#process;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        process.off('message', take).off('exit', finish);
        resolve(answers);
      };
      const take = (answer: ReshapeAnswer): void => {
        answers.push(answer);
        timer.refresh();
        if ('textFault' in answer || answers.length >= question.records.length) finish();
      };
      const timer = setTimeout(() => {
        this.kill();
        finish();
      }, timeoutMs);
      process.on('message', take).on('exit', finish);
      if (this.dead) finish();
      else process.send(question, (error) => error !== null && finish());
    });
  }

  kill(): void {
    this.dead = true;
    this.#process.kill('SIGKILL');
  }
}
