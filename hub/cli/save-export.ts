import { open, readFile, rename, rm } from 'node:fs/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { isExportOver } from '../../recorder-core/policy/export-state.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { readExport } from '../../recorder-core/records/exports.ts';
import { saveExport } from '../exports/save-export.ts';
import { askingFor } from './act-for-person.ts';
import { openResources } from '../main/open-resources.ts';
import { until } from '../processes/process-control.ts';
import { readLocalConfig } from './read-command-config.ts';

const DAY_MS = 86_400_000;

/** A recipient's key as a command gets it: an age recipient, or the name of a file. */
export async function readKeyArgument(text: string): Promise<string> {
  return text.startsWith('age1') ? text : readFile(text, 'utf8');
}

/** Waits until an export is ready and saves its bundle; the file has its name only once all of it is there. */
export async function saveWhenReady(
  options: Readonly<Record<string, unknown>>,
  exportId: string,
  path: string,
): Promise<void> {
  const config = await readLocalConfig(options);
  const resources = await openResources('export', { ...config, logLevel: 'error' });
  const { db, objects, newId } = resources;
  const { tenantId } = config;
  try {
    await untilReady(db, tenantId, exportId);
    const asking = await db.forTenant(tenantId, (tx) => askingFor(db, tx, tenantId, options));
    await saveExport(objects, { ...asking, newId }, exportId, async (bytes, envelope) => {
      await writeWhole(path, bytes);
      if (envelope !== null) await writeWhole(`${path}.p7m`, [envelope]);
    });
    process.stdout.write(`✓ ${path}\n`);
  } finally {
    await resources.close();
  }
}

async function untilReady(db: Database, tenantId: string, exportId: string): Promise<void> {
  await until(
    async () => {
      const found = await db.forTenant(tenantId, (tx) => readExport(tx, exportId));
      if (found === undefined)
        throw new HoldfastError('not_found', 'There is no export with this id in your tenant.');
      if (isExportOver(found.state))
        throw new HoldfastError(
          'conflict',
          `The export is ${found.state}, so there is no bundle.${found.reason === null ? '' : ` Reason: ${found.reason}`}`,
        );
      if (found.state === 'requested')
        throw new HoldfastError('conflict', 'The export still waits for somebody else to agree.');
      return found.state === 'ready';
    },
    DAY_MS,
    'the bundle to be made',
    500,
  );
}

async function writeWhole(path: string, bytes: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    for await (const piece of bytes) await file.writeFile(piece);
    await file.sync();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(part, path);
}
