import { describe, expect, it } from '@jest/globals';
import { PassingFault, RemoteCalls } from './remote-calls.ts';

const QUICK = { timeoutMs: 5_000, pauseMs: 1 };

/** Work that ends when it is told to. */
function held(): { readonly started: () => boolean; readonly work: () => Promise<string>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  let started = false;
  return {
    started: () => started,
    work: () => {
      started = true;
      return promise;
    },
    end: () => resolve('done'),
  };
}

describe('calls to a key service', () => {
  it('are repeated after a passing fault, where that does no harm', async () => {
    const calls = new RemoteCalls('It', { ...QUICK, attempts: 3 });
    let asked = 0;
    const failing = (times: number) => () => {
      asked += 1;
      return asked <= times ? Promise.reject(new PassingFault('HTTP 503')) : Promise.resolve('done');
    };
    expect(await calls.run('repeatable', failing(2))).toBe('done');
    asked = 0;
    await expect(calls.run('repeatable', failing(3))).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/^It cannot be reached or has a fault \(HTTP 503\)\./),
    });
    expect(asked).toBe(3);
    asked = 0;
    await expect(calls.run('once', failing(1))).rejects.toMatchObject({ code: 'key_unavailable' });
    expect(asked).toBe(1);
  });

  it('are not repeated after any other error', async () => {
    let asked = 0;
    const broken = (): Promise<never> => {
      asked += 1;
      return Promise.reject(new TypeError('broken'));
    };
    await expect(new RemoteCalls('It', QUICK).run('repeatable', broken)).rejects.toThrow(TypeError);
    expect(asked).toBe(1);
  });

  it('end with their deadline', async () => {
    const calls = new RemoteCalls('It', { timeoutMs: 20, attempts: 2, pauseMs: 1 });
    const hanging = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        }),
      );
    // The timer of a signal keeps no process alive; a socket does, in earnest.
    const socket = setInterval(() => undefined, 1_000);
    try {
      await expect(calls.run('repeatable', hanging)).rejects.toThrow(/did not answer within 0.02 s/);
    } finally {
      clearInterval(socket);
    }
  });

  it('are made a few at a time, a few wait, and no more are taken', async () => {
    const calls = new RemoteCalls('It', { ...QUICK, atOnce: 2, waiting: 1 });
    const [one, two, three] = [held(), held(), held()];
    const running = [one, two, three].map(({ work }) => calls.run('once', work));
    await expect(calls.run('once', held().work)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/more to do/),
    });
    expect([one, two, three].map(({ started }) => started())).toEqual([true, true, false]);
    one.end();
    await running[0];
    await Promise.resolve();
    expect(three.started()).toBe(true);
    two.end();
    three.end();
    expect(await Promise.all(running)).toEqual(['done', 'done', 'done']);
  });
});
