import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('the command starts: no two options of a command have one name', async () => {
  const program = join(import.meta.dirname, 'holdfast.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--help']);
  expect(stdout).toMatch(/Usage: holdfast/);
});
