import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { retentionSweepId } from '../../workflows/ids.ts';
import type { RunningProduct } from './running-product.ts';

/** Runs the Schedules of the retention sweep at once instead of waiting for their minute. */
export async function sweepNow({ data }: Pick<RunningProduct, 'data'>): Promise<void> {
  const settings = JSON.parse(await readFile(join(data, 'running.json'), 'utf8')) as Record<string, string>;
  const connection = await Connection.connect({ address: settings['HOLDFAST_TEMPORAL_ADDRESS'] ?? '' });
  try {
    const client = new Client({ connection, namespace: settings['HOLDFAST_TEMPORAL_NAMESPACE'] ?? '' });
    for (const partition of [0, 1]) await client.schedule.getHandle(retentionSweepId(partition)).trigger();
  } finally {
    await connection.close();
  }
}
