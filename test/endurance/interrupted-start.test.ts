import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../../hub/processes/free-port.ts';
import { processesNaming } from '../support/processes-naming.ts';
import { startAndInterrupt } from '../support/running-product.ts';

describe('a start that is stopped by an impatient person', () => {
  for (const moment of ['PostgreSQL answers', 'Temporal answers', '200 OK']) {
    test(`ends in order after "${moment}" and leaves no process behind`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-stopped-'));
      await chmod(folder, 0o755);
      const flags = ['--port', '--sip-port', '--recorder-metrics-port', '--worker-metrics-port'];
      const ports = await Promise.all(flags.map(async (flag) => [flag, String(await freePort())]));
      const { output } = await startAndInterrupt(['--data', join(folder, 'data'), ...ports.flat()], moment);
      expect(output).not.toContain('should not have happened');
      expect(await processesNaming(folder)).toEqual([]);
      await rm(folder, { recursive: true, force: true });
    }, 90_000);
  }
});
