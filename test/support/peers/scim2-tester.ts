/** scim2-tester, which checks a SCIM server against RFC 7643 and 7644 as a client of its own (`scim2-tester.py`). */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onPath, peerCache } from './peer-cache.ts';

const run = promisify(execFile);
const VERSION = '0.5.2';
/** Everything that decides an answer is pinned. */
const PACKAGES = [
  `scim2-tester==${VERSION}`,
  'scim2-client==0.13.2',
  'scim2-models==0.12.3',
  'httpx2==2.16.2',
  'pydantic==2.14.4',
];
const PROGRAM = join(import.meta.dirname, 'scim2-tester.py');

/** One thing that was checked. */
export interface ScimCheck {
  readonly status: 'SUCCESS' | 'ERROR' | 'CRITICAL' | 'SKIPPED' | 'ACCEPTABLE' | 'DEVIATION';
  readonly title: string;
  readonly resource: string | null;
  readonly reason: string | null;
}

/** A virtual environment holds its own path, so it is made in place; `ready` says that it is whole. */
const folder = (): string => join(peerCache(), `scim2-tester-${VERSION}`);
const mark = (): string => join(folder(), 'ready');

/** Why it cannot run here; undefined where it can. */
export function scimTesterUnavailable(): string | undefined {
  return existsSync(mark()) || onPath('python3') ? undefined : 'python3 not installed';
}

/** Checks the server at an address; the first time it is fetched from PyPI. */
export async function runScimTester(url: string, token: string): Promise<ScimCheck[]> {
  if (!existsSync(mark())) {
    await run('python3', ['-m', 'venv', folder()]);
    await run(join(folder(), 'bin', 'pip'), ['install', '-q', ...PACKAGES], { timeout: 600_000 });
    await writeFile(mark(), `${PACKAGES.join('\n')}\n`);
  }
  const env = { PATH: process.env['PATH'], SCIM_TOKEN: token };
  const options = { env, timeout: 600_000, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await run(join(folder(), 'bin', 'python'), [PROGRAM, url], options);
  return JSON.parse(stdout) as ScimCheck[];
}
