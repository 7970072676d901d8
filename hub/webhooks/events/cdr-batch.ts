import { z } from 'zod';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { CALL_ID_KINDS, type NumberHabits } from '../../../recorder-core/records/call-identity.ts';
import {
  endImport,
  insertImport,
  noteImport,
  readSource,
} from '../../../recorder-core/records/call-record-imports.ts';
import { upsertCallRecords } from '../../../recorder-core/records/call-records.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { askReconciliation } from '../../../recorder-core/records/reconciliations.ts';
import { digestCall } from '../../call-records/import-call-records.ts';
import { carryTrace } from '../../observability/tracing.ts';
import { defineEventType, type EventContext } from '../event-type.ts';

const text = z.string().max(200);
const call = z.strictObject({
  /** Tells the call from all others of its source; a later one of the same key corrects it. */
  key: text.min(1),
  callIds: z
    .array(z.strictObject({ kind: z.enum(CALL_ID_KINDS), id: text.min(1) }))
    .max(8)
    .default([]),
  startedAt: z.iso.datetime({ offset: true }),
  durationMs: z.int().min(0).nullable(),
  answered: z.boolean(),
  direction: z.enum(['inbound', 'outbound', 'internal', 'unknown']).default('unknown'),
  from: text.default(''),
  to: text.default(''),
  toBeRecorded: z.boolean().default(true),
});

/** Calls that a telephone system tells of as they end. A source of that name must be set up; in any order, a repetition changes nothing. */
export const cdrBatch = defineEventType({
  type: 'cdr.batch',
  schema: z.strictObject({
    source: z.string().max(63),
    batch: text.min(1),
    calls: z.array(call).min(1).max(1000),
  }),
  objectOf: ({ source, batch }) => `${source}/${batch}`,
  async handle({ tx, tenantId, now, newId, callSecret }, { id: eventId, data: { source, calls } }) {
    const known = await readSource(tx, source);
    if (known === undefined)
      throw new HoldfastError(
        'not_found',
        'There is no source of call records of this name. Set its mapping first.',
      );
    if (callSecret === undefined)
      throw new HoldfastError(
        'unavailable',
        'The secret for call records is not there yet; the event is tried again.',
      );
    await store({ tx, tenantId, now, newId, callSecret }, eventId, source, known.numbers, calls);
  },
});

type Calls = readonly z.output<typeof call>[];
type Context = Pick<EventContext, 'tx' | 'tenantId' | 'now' | 'newId'> & { readonly callSecret: Buffer };

async function store(
  { tx, tenantId, now, newId, callSecret }: Context,
  eventId: string,
  source: string,
  numbers: NumberHabits,
  calls: Calls,
): Promise<void> {
  const at = now.toISOString();
  const importId = newId(now);
  await insertImport(tx, tenantId, {
    id: importId,
    source,
    origin: 'event',
    importedBy: null,
    begunAt: at,
  });
  const records = calls.map(({ startedAt, ...one }) =>
    digestCall({ callSecret, newId }, tenantId, numbers, {
      ...one,
      startedAtMs: Date.parse(startedAt),
    }),
  );
  const stored = await upsertCallRecords(tx, tenantId, source, importId, records);
  const starts = records.map(({ startedAt }) => startedAt).sort();
  const [firstStart = at] = starts;
  const lastStart = starts.at(-1) ?? at;
  const counts = {
    bytes: 0,
    lines: calls.length,
    ...stored,
    skipped: 0,
    refused: 0,
    firstStart,
    lastStart,
  };
  await noteImport(tx, tenantId, importId, counts);
  await endImport(tx, importId, { state: 'done', endedAt: at, sha256: null, reason: null });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'calls.imported',
    object: { type: 'call-record-import', id: importId },
    outcome: 'done',
    facts: { source, origin: 'event', event: eventId, ...stored },
  });
  if (stored.added + stored.changed > 0) await compare({ tx, tenantId, now, newId }, firstStart, lastStart);
}

/** Has the time of the calls compared anew. */
async function compare(
  { tx, tenantId, now, newId }: Omit<Context, 'callSecret'>,
  firstStart: string,
  lastStart: string,
): Promise<void> {
  await askReconciliation(tx, {
    tenantId,
    id: newId(now),
    messageId: newId(now),
    from: new Date(firstStart),
    to: new Date(Date.parse(lastStart) + 1),
    cause: 'import',
    now,
    trace: carryTrace(),
  });
}
