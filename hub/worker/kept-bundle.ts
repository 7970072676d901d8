import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger as SdkLogger } from '@temporalio/worker';
import { z } from 'zod';
import { bundleWorkflows, type WorkflowBundle } from './bundle.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'node_modules/.cache/holdfast/workflows');
/** Everything the code of a workflow can come from: workflows import each other, policy and what policy stands on. */
const SOURCES = ['workflows', 'recorder-core', 'hub/worker'];

const kept = z.strictObject({ code: z.string().min(1), buildId: z.string().regex(/^[0-9a-f]{16}$/) });

/**
 * The bundle of this checkout's workflows, made by whoever needs it first and kept with the packages under a digest of
 * all its sources. Where it cannot be kept, or what is kept is damaged, it is made anew.
 */
export async function keptBundle(logger: SdkLogger, folder = FOLDER): Promise<WorkflowBundle> {
  const path = join(folder, `${await digestSources()}.json`);
  const found = await readBundle(path);
  if (found !== undefined) return found;
  const bundle = await bundleWorkflows({ logger });
  await keep(folder, path, bundle).catch(() => undefined); // a read-only installation makes it at every start
  return bundle;
}

async function readBundle(path: string): Promise<WorkflowBundle | undefined> {
  try {
    return kept.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

async function keep(folder: string, path: string, bundle: WorkflowBundle): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, JSON.stringify(bundle));
  await rename(unfinished, path);
}

/** The place counts, because source maps name it, and so do the versions of all packages. */
async function digestSources(): Promise<string> {
  const hash = createHash('sha256').update(ROOT);
  hash.update(await readFile(join(ROOT, 'package-lock.json')));
  for (const source of SOURCES) {
    const entries = await readdir(join(ROOT, source), { recursive: true });
    const code = entries.filter((name) => /\.(ts|cjs|json)$/.test(name) && !name.endsWith('.test.ts'));
    const contents = await Promise.all(code.sort().map((name) => readFile(join(ROOT, source, name))));
    code.forEach((name, index) => hash.update(`\0${source}/${name}\0`).update(contents[index] ?? ''));
  }
  return hash.digest('hex').slice(0, 32);
}
