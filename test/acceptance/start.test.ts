import { mkdtemp, chmod, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../hub/processes/free-port.ts';
import { processesNaming } from '../support/processes-naming.ts';
import { runToEnd } from '../support/running-product.ts';

describe('holdfast start --once', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-once-'));
    await chmod(folder, 0o755);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('records a call, proves all of it, exits 0 and leaves no process behind', async () => {
    const flags = ['--port', '--sip-port', '--recorder-metrics-port', '--worker-metrics-port'];
    const ports = await Promise.all(flags.map(async (flag) => [flag, String(await freePort())]));
    const { code, output } = await runToEnd([
      'start',
      '--once',
      '--data',
      join(folder, 'data'),
      ...ports.flat(),
    ]);
    expect(output).toContain('found by searching');
    expect(output).toContain('both voices heard');
    expect(output).toContain('give the signed root');
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
    expect(await processesNaming(folder)).toEqual([]);
    expect((await stat(join(folder, 'data/key-ring.json'))).mode & 0o777).toBe(0o600);
  }, 180_000);
});
