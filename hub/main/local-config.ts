import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEnvironment } from '../config/read-config.ts';
import type { Config } from '../config/settings.ts';

const NAME = 'running.json';

/**
 * Leaves the computed configuration of a running product in its data folder,
 * mode 0600, so that other commands on the same machine (`audit`, `sign-in`,
 * `call`) find the database and the ports without being told.
 */
export async function writeRunningConfig(data: string, config: Config): Promise<void> {
  const path = join(data, NAME);
  await writeFile(`${path}.next`, JSON.stringify(toEnvironment(config)), { mode: 0o600 });
  await rename(`${path}.next`, path);
}

/** The settings of the product that runs, or last ran, on a data folder, as environment variables; none where there never was one. */
export async function readRunningConfig(data: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(join(data, NAME), 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}
