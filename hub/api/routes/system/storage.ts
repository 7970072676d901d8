import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import {
  listStorageDays,
  measureUnlessFresh,
  readMeasurement,
} from '../../../../recorder-core/records/storage-measurements.ts';
import { z } from 'zod';
import { defineEndpoint } from '../../endpoint.ts';
import { storageState, type StorageState } from '../../schemas/storage.ts';

const SHOWN_DAYS = 400;
/** Who asks again within this gets what was measured before. */
const FRESH_MS = 60_000;

const read = defineEndpoint({
  method: 'get',
  path: '/storage',
  summary:
    'Shows how much is stored, by store, retention class and month, and how it grew; as it was measured last.',
  act: 'system.read',
  response: storageState,
  handle: ({ tx, services, now }) => present(tx, services.objects.place, now),
});

const measure = defineEndpoint({
  method: 'post',
  path: '/storage/measure',
  summary: 'Measures what is stored now, unless that was done within the last minute.',
  act: 'system.read',
  body: z.strictObject({}),
  response: storageState,
  async handle({ tx, identity, services, now }) {
    const since = new Date(now.getTime() - FRESH_MS);
    const done = await measureUnlessFresh(tx, identity.tenantId, { now, since });
    const newest = await readMeasurement(tx);
    if (!done && (newest === undefined || newest.measuredAt < since))
      throw new HoldfastError(
        'conflict',
        'The storage is being measured at this moment. Look at it again in a minute.',
      );
    return present(tx, services.objects.place, now);
  },
});

/** What is stored, and the wish to have it measured. */
export const storage = [read, measure];

async function present(tx: Tx, place: string, now: Date): Promise<StorageState> {
  const newest = await readMeasurement(tx);
  const days = await listStorageDays(tx, new Date(now.getTime() - SHOWN_DAYS * 86_400_000));
  return {
    place,
    measuredAt: newest?.measuredAt.toISOString() ?? null,
    tookMs: newest?.tookMs ?? null,
    totals: [...(newest?.totals ?? [])],
    cells: [...(newest?.cells ?? [])],
    traffic: newest?.traffic ?? null,
    days: days.map(({ day, totals }) => ({ day, totals: [...totals] })),
  };
}
