import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const RUN_ROLE = join(import.meta.dirname, 'run-role.ts');

describe('a role in a process of its own', () => {
  it('that cannot start ends its process, although something it opened would keep it alive', async () => {
    const program = `
      import { runRole } from ${JSON.stringify(RUN_ROLE)};
      await runRole(() => {
        setInterval(() => undefined, 1_000);
        return Promise.reject(new Error('The port is taken.'));
      }).catch((error) => process.stderr.write(error.message));`;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ code, said }).toEqual({ code: 1, said: 'The port is taken.' });
  });
});
