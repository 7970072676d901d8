import { describe, expect, it } from '@jest/globals';
import type { FilterRun } from './run-filter.ts';
import { runFilter } from './run-filter.ts';

/** A run of this Node with a script. */
const script = (source: string, change: Partial<FilterRun> = {}): FilterRun => ({
  program: process.execPath,
  args: ['-e', source],
  input: Buffer.alloc(0),
  maxOutputBytes: 1_000_000,
  timeoutMs: 20_000,
  ...change,
});
const ECHO = 'process.stdin.pipe(process.stdout)';
const FOREVER = 'setInterval(() => undefined, 1000); process.stdout.write("ready")';

describe('a program run as a filter', () => {
  it('gives what it wrote, however much it was given', async () => {
    const input = Buffer.alloc(700_000, 'abc');
    expect((await runFilter(script(ECHO, { input }))).equals(input)).toBe(true);
  });

  it('learns nothing of this process’s environment', async () => {
    process.env['HOLDFAST_TEST_SECRET'] = 'secret';
    try {
      const seen = await runFilter(script('console.log(JSON.stringify(process.env))'));
      expect(JSON.parse(seen.toString())).toEqual({ LC_ALL: 'C' });
    } finally {
      delete process.env['HOLDFAST_TEST_SECRET'];
    }
  });

  it('that fails says what it said', async () => {
    const failure = runFilter(script('console.error("no such codec"); process.exit(3)'));
    await expect(failure).rejects.toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(/ended with 3: no such codec/),
    });
  });

  it('that is not there, or does not read, is told by its code', async () => {
    const missing = runFilter(script('', { program: '/nonexistent/ffmpeg' }));
    await expect(missing).rejects.toMatchObject({ code: 'unavailable' });
    const deaf = runFilter(script('process.exit(4)', { input: Buffer.alloc(5_000_000) }));
    await expect(deaf).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that takes too long or writes too much is killed', async () => {
    const slow = runFilter(script(FOREVER, { timeoutMs: 300 }));
    await expect(slow).rejects.toMatchObject({ code: 'timeout' });
    const loud = runFilter(script(ECHO, { input: Buffer.alloc(1000), maxOutputBytes: 999 }));
    await expect(loud).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is killed when nobody wants the output any more, also before it started', async () => {
    const gone = new AbortController();
    const run = runFilter(script(FOREVER, { signal: gone.signal }));
    gone.abort();
    await expect(run).rejects.toMatchObject({ code: 'unavailable' });
    await expect(runFilter(script(FOREVER, { signal: gone.signal }))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
