/**
 * The starter's side of the process that holds the HSM's library. One question at a time: SoftHSM2 and others are not
 * safe for more. A process that dies or hangs fails the question in hand, and the next one gets a new process.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { HoldfastError, type ErrorCode } from '../../../errors.ts';
import type { Pkcs11Settings } from './pkcs11-session.ts';

export type Pkcs11Verb = 'list' | 'create' | 'seal' | 'open' | 'destroy';

export interface Pkcs11Question {
  readonly settings: Pkcs11Settings;
  readonly verb: Pkcs11Verb;
  readonly args: readonly unknown[];
}

/** What comes back; an error would lose its code on the way. */
export interface Pkcs11Answer {
  readonly value?: unknown;
  readonly failure?: { readonly code: ErrorCode; readonly message: string; readonly detail?: string };
}

/** How long a question may take once it is asked, in milliseconds, and how many may wait. */
export interface Pkcs11Limits {
  readonly timeoutMs: number;
  readonly waiting: number;
}

const HOST = new URL('./pkcs11-host.ts', import.meta.url);

/** Asks the process, which it starts when it is first needed. */
export class Pkcs11Process {
  readonly #settings: Pkcs11Settings;
  readonly #limits: Pkcs11Limits;
  readonly #environment: Readonly<Record<string, string>> | undefined;
  #child: ChildProcess | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  /** `environment` stands in the place of our own; libraries find their configuration there. */
  constructor(
    settings: Pkcs11Settings,
    limits: Pkcs11Limits,
    environment?: Readonly<Record<string, string>>,
  ) {
    this.#settings = settings;
    this.#limits = limits;
    this.#environment = environment;
  }

  /** The process that holds the library now; for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws key_unavailable when the HSM or its process fails, and what pkcs11-token.ts says. */
  ask<T>(verb: Pkcs11Verb, ...args: readonly unknown[]): Promise<T> {
    if (this.#waiting >= this.#limits.waiting) {
      const message =
        'The HSM has more to do than it can in time, so this was not asked. Try again in a few seconds.';
      return Promise.reject(new HoldfastError('key_unavailable', message, { retryAfterMs: 2_000 }));
    }
    this.#waiting += 1;
    const answer = this.#tail.then(() => this.#askNow(verb, args));
    this.#tail = answer.catch(() => undefined);
    return answer.finally(() => {
      this.#waiting -= 1;
    }) as Promise<T>;
  }

  /** Ends the process; what is asked afterwards fails. */
  close(): void {
    this.#closed = true;
    this.#end(this.#child);
  }

  #askNow(verb: Pkcs11Verb, args: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(failed('its process was closed'));
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error');
        child.on('error', () => undefined);
        child.once('exit', () => this.#end(child));
        child.unref();
        child.channel?.unref();
        act();
      };
      const fail = (what: string): void => {
        settle(() => {
          this.#end(child);
          reject(failed(what));
        });
      };
      const timer = setTimeout(
        () => fail(`it did not answer within ${this.#limits.timeoutMs / 1000} s`),
        this.#limits.timeoutMs,
      );
      child.removeAllListeners('exit').removeAllListeners('error');
      child.once('exit', () => fail('its process ended'));
      child.once('error', () => fail('its process could not be started'));
      child.once('message', (answer: Pkcs11Answer) => settle(() => finish(answer, resolve, reject)));
      child.ref(); // the starter must not end while it waits for an answer
      child.channel?.ref();
      const question: Pkcs11Question = { settings: this.#settings, verb, args };
      child.send(question, (error) => {
        if (error !== null) fail('its process ended');
      });
    });
  }

  #start(): ChildProcess {
    return fork(HOST, {
      serialization: 'advanced', // keeps bytes as bytes
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // a library may print what it should not
      execArgv: ['--disable-warning=ExperimentalWarning'],
      ...(this.#environment === undefined ? {} : { env: this.#environment }),
    });
  }

  #end(child: ChildProcess | undefined): void {
    if (child === undefined) return;
    if (this.#child === child) this.#child = undefined;
    child.kill('SIGKILL');
  }
}

function finish(
  { value, failure }: Pkcs11Answer,
  resolve: (value: unknown) => void,
  reject: (error: Error) => void,
): void {
  if (failure === undefined) {
    resolve(value);
    return;
  }
  const { code, message, detail } = failure;
  reject(new HoldfastError(code, message, detail === undefined ? {} : { detail }));
}

function failed(what: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The HSM cannot be used: ${what}. It is started again for the next use; if this repeats, check the HSM and its library.`,
  );
}
