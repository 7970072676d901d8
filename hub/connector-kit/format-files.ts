import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Lets the checkout's own Prettier write these files or folders, and nothing else. Rejects where it is not installed. */
export async function formatFiles(root: string, paths: readonly string[]): Promise<void> {
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  await promisify(execFile)(process.execPath, [prettier, '--write', '--log-level', 'warn', ...paths], {
    cwd: root,
  });
}
