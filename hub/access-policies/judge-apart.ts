import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { JudgeAnswer } from './judge-process.ts';
import type { JudgeQuestion, Judgement } from './judge.ts';

const PROGRAM = fileURLToPath(new URL('./judge-process.ts', import.meta.url));
/** The program may have to be read and Cedar to be compiled first, on a busy machine too. */
const TIMEOUT_MS = 60_000;
const MEMORY_MB = 256;

const BEYOND: Judgement = {
  check: {
    faults: [
      {
        line: null,
        policy: null,
        message:
          'The text is nested too deeply, or takes too long to check. Write large conditions as several policies.',
      },
    ],
    warnings: [],
    examples: [],
    policies: [],
  },
  effect: null,
  changeable: null,
};

let judge: ChildProcess | undefined;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Judges a text in a process of its own, one after the other, a minute each. Some texts exhaust the parser, and with it every
 * later decision of the process that has it: none is read where access is decided before it passed here. Such a text has one
 * fault, and its process is ended. @throws HoldfastError `unavailable` where no process could be started.
 */
export function judgeApart(question: JudgeQuestion): Promise<Judgement> {
  const judged = turn.then(() => ask(question));
  turn = judged.catch(() => undefined);
  return judged;
}

/** Starts it with the first question; neither it nor its channel keeps this process alive. */
function start(): ChildProcess {
  const child = fork(PROGRAM, [], {
    env: {},
    execArgv: [`--max-old-space-size=${MEMORY_MB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // Whoever waits for it sees that it died; without a listener the event would end this process.
  child.on('error', () => undefined);
  child.once('exit', () => {
    if (judge === child) judge = undefined;
  });
  child.unref();
  child.channel?.unref();
  return child;
}

function ask(question: JudgeQuestion): Promise<Judgement> {
  const child = (judge ??= start());
  return new Promise((resolve, reject) => {
    const end = (judgement: Judgement): void => {
      clearTimeout(timer);
      child.off('message', take).off('exit', die).off('error', fail);
      resolve(judgement);
    };
    const die = (): void => {
      judge = undefined;
      child.kill('SIGKILL');
      end(BEYOND);
    };
    const take = (answer: JudgeAnswer): void => {
      if ('beyond' in answer) die();
      else end(answer.judgement);
    };
    const fail = (cause: unknown): void => {
      judge = undefined;
      clearTimeout(timer);
      const sentence = 'The policies could not be checked, because no process could be started. Try again.';
      reject(new HoldfastError('unavailable', sentence, { cause }));
    };
    const timer = setTimeout(die, TIMEOUT_MS);
    child.on('message', take).once('exit', die).once('error', fail);
    child.send(question);
  });
}
