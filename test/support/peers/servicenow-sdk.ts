/** The vendor's own compiler of ServiceNow applications; it builds ours without an instance. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder } from './peer-cache.ts';

const run = promisify(execFile);
const APP = join(import.meta.dirname, '..', '..', '..', 'connectors', 'servicenow', 'app');
const LIMITS = { timeout: 540_000, maxBuffer: 16 * 1024 * 1024 };

/** An application that was built; `remove` takes its folder away. */
export interface AppBuild {
  /** What the compiler wrote. */
  readonly dist: string;
  /** Where the package for an instance is. */
  readonly target: string;
  /** What the compiler keeps of sys_ids; a change of it belongs into the repository. */
  readonly keys: string;
  remove(): Promise<void>;
}

/** Installs the compiler by the lock file of the application, once for each version of it, and builds and packs there. */
export async function buildServicenowApp(): Promise<AppBuild> {
  const modules = await cachedFolder('servicenow-sdk-4.9.0', async (folder) => {
    for (const name of ['package.json', 'package-lock.json']) await cp(join(APP, name), join(folder, name));
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { ...LIMITS, cwd: folder });
  });
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-servicenow-app-'));
  await cp(APP, folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist|target)$/.test(path),
  });
  await symlink(join(modules, 'node_modules'), join(folder, 'node_modules'));
  const compiler = join(modules, 'node_modules', '@servicenow', 'sdk', 'bin', 'index.js');
  for (const step of ['build', 'pack'])
    await run(process.execPath, [compiler, step], { ...LIMITS, cwd: folder });
  return {
    dist: join(folder, 'dist'),
    target: join(folder, 'target'),
    keys: join(folder, 'src', 'fluent', 'generated', 'keys.ts'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
