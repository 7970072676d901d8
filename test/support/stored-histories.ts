import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const FOLDER = join(import.meta.dirname, '../histories');
const FLAG = 'HOLDFAST_WRITE_HISTORIES';

type History = ReturnType<typeof historyFromJSON>;

/**
 * Stores the history of a run for the replay test, as it is on the wire: with
 * encrypted payloads. Does nothing unless HOLDFAST_WRITE_HISTORIES=1, because a
 * stored history stands for runs that are open somewhere.
 */
export async function keepHistory(handle: WorkflowHandle, name: string): Promise<void> {
  if (process.env[FLAG] !== '1') return;
  const history = await handle.fetchHistory();
  await writeFile(join(FOLDER, `${name}.json`), `${historyToJSON(history)}\n`);
}

/** Every stored history, by name. */
export async function storedHistories(): Promise<
  { readonly workflowId: string; readonly history: History }[]
> {
  const files = (await readdir(FOLDER))
    .filter((file) => file.endsWith('.json') && file !== 'key.json')
    .sort();
  return Promise.all(
    files.map(async (file) => ({
      workflowId: file.replace('.json', ''),
      history: historyFromJSON(JSON.parse(await readFile(join(FOLDER, file), 'utf8'))),
    })),
  );
}
