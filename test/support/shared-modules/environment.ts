import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import type { jest } from '@jest/globals';
import { ModernFakeTimers } from '@jest/fake-timers';
import { context, propagation, trace } from '@opentelemetry/api';
import { ModuleMocker } from 'jest-mock';
import { noteStrayErrors } from './stray-errors.ts';

// A worker whose run was killed has nobody to work for; what it started ends with it. Whoever listens to this keeps a worker
// alive, so one that hears no messages any more, because it has done its work, stops listening too and ends by itself.
if (process.send !== undefined) {
  const end = (): void => process.exit(1);
  process.once('disconnect', end);
  process.on('removeListener', (event) => {
    if (event === 'message' && process.listenerCount('message') === 0) process.off('disconnect', end);
  });
}

let lastFile: string | undefined;
noteStrayErrors(() => lastFile);

const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');
const shared = globalThis as { [TIMEOUT]?: number | undefined };

/** Of what Jest offers a test, what tests here use. */
export type JestObject = Pick<
  typeof jest,
  'setTimeout' | 'useFakeTimers' | 'useRealTimers' | 'advanceTimersByTime' | 'setSystemTime' | 'spyOn'
>;

/**
 * The surroundings of a test file: the process itself. What a file does to the clock, to functions it spies on, to the
 * environment variables, to tracing, to the exit code and to the time a test may take is taken back after it.
 */
export default class SharedProcess {
  /** Jest leaves things here; tests see the real global object. */
  readonly global = {};
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimersModern: ModernFakeTimers;
  readonly #variables = { ...process.env };

  constructor({ projectConfig }: JestEnvironmentConfig, { testPath }: EnvironmentContext) {
    lastFile = testPath;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  /** The `jest` that a test file imports. */
  jestObject(): JestObject {
    const timers = this.fakeTimersModern;
    const object = {
      setTimeout(ms: number) {
        shared[TIMEOUT] = ms;
        return object;
      },
      useFakeTimers(config: Parameters<ModernFakeTimers['useFakeTimers']>[0]) {
        timers.useFakeTimers(config);
        return object;
      },
      useRealTimers() {
        timers.useRealTimers();
        return object;
      },
      advanceTimersByTime: (ms: number) => timers.advanceTimersByTime(ms),
      setSystemTime: (now?: number | Date) => timers.setSystemTime(now),
      spyOn: this.moduleMocker.spyOn.bind(this.moduleMocker),
    };
    return object as unknown as JestObject;
  }

  setup(): Promise<void> {
    shared[TIMEOUT] = undefined;
    return Promise.resolve();
  }

  teardown(): Promise<void> {
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    for (const name of Object.keys(process.env))
      if (!(name in this.#variables)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, this.#variables);
    for (const part of [trace, context, propagation]) part.disable();
    process.exitCode = undefined; // of commands that a test ran in this process
    return Promise.resolve();
  }

  /** There is no context apart. */
  getVmContext(): null {
    return null;
  }
}
