import { z } from 'zod';
import { fieldName, fieldValue } from '../../../connectors/kit/fields.ts';
import { id, instant, reason } from './primitives.ts';

const lane = z.enum(['live', 'backfill', 'replay']);
const state = z.enum(['queued', 'leased', 'done', 'rejected', 'dead', 'superseded', 'discarded']);
const fingerprint = z.string().regex(/^[0-9a-f]{16}$/);

/** Something that a connection is still to be told, or was. */
export const delivery = z.object({
  id,
  connectionId: id,
  connection: z.string().describe('Its name.'),
  operation: z.string(),
  subject: z.object({ type: z.string(), id }),
  lane,
  state,
  attempts: z.int(),
  queuedAt: instant,
  dueAt: instant.describe('When it is looked at next; of a leased one, when its lease ends.'),
  settledAt: instant.nullable(),
  connectionVersion: z.int().nullable().describe('By which it is mapped; null before the first attempt.'),
  correctedFields: z.array(z.string()).describe('Fields that a person set for it by hand.'),
  withdraws: z.boolean().describe('The other side is to delete what it has.'),
  doubtful: z.boolean().describe('It may have taken effect: it is looked for there before it is sent again.'),
  error: z
    .object({
      class: z.string(),
      code: z.string().nullable().describe('What the other side calls it.'),
      title: z.string(),
      fix: z.string().nullable().describe('What a person can do about it.'),
      field: z.string().nullable(),
      fingerprint: z.string().describe('Equal for failures with one cause.'),
      at: instant,
    })
    .nullable(),
  receiptId: id.nullable(),
});

/** A delivery with its attempts. */
export const deliveryDetail = delivery.extend({
  tries: z.array(
    z.object({
      number: z.int(),
      operation: z.string(),
      lane,
      connectionVersion: z.int().nullable(),
      startedAt: instant,
      durationMs: z.int().describe('Of the batch that it was in.'),
      outcome: z.enum(['done', 'rejected', 'unknown']),
      result: z.string().nullable(),
      errorClass: z.string().nullable(),
      errorCode: z.string().nullable(),
      errorTitle: z.string().nullable(),
      receiptId: id.nullable(),
      traceId: z.string().nullable(),
    }),
  ),
});

/** Which deliveries are listed; everything named must be so. */
export const deliveryQuery = z.strictObject({
  connectionId: id.optional(),
  state: state.optional(),
  lane: lane.optional(),
  fingerprint: fingerprint.optional(),
  subjectId: id.optional().describe('For example a recording.'),
  from: instant.optional().describe('Queued then or later.'),
  until: instant.optional().describe('Queued before.'),
  attemptedAt: instant.optional().describe('With an attempt that began then: `startedAt` of a run.'),
  cursor: id.optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Dead letters of one connection with one cause. */
export const deadLetterGroup = z.object({
  connectionId: id,
  connection: z.string(),
  fingerprint: z.string(),
  operation: z.string(),
  errorClass: z.string(),
  errorCode: z.string().nullable(),
  errorField: z.string().nullable(),
  errorTitle: z.string(),
  errorFix: z.string().nullable().describe('What a person can do about it.'),
  count: z.int(),
  firstAt: instant,
  lastAt: instant,
  sampleId: id.describe('The newest of them.'),
});

const group = z.strictObject({ connectionId: id, fingerprint });
const chosen = z.strictObject({ ids: z.array(id).min(1).max(1000) });
const version = z
  .enum(['then', 'now'])
  .default('now')
  .describe('By which version of the connection: the one that failed, or the current one.');

/** Body of POST /api/v1/dead-letters/replay: a group, or some. */
export const replayBody = z.union([group.extend({ version }), chosen.extend({ version })]);

/** Body of POST /api/v1/dead-letters/discard. */
export const discardBody = z.union([group.extend({ reason }), chosen.extend({ reason })]);

/** How many dead letters were acted upon. */
export const actedUpon = z.object({ count: z.int() });

/** Body of POST /api/v1/deliveries/:id/correct. */
export const correctionBody = z.strictObject({
  fields: z
    .record(fieldName, fieldValue)
    .refine((fields) => Object.keys(fields).length > 0, 'Name one field at least.')
    .describe('Fields of the mapping, with the values that are sent this once.'),
  reason,
  version,
});

/** Body of POST /api/v1/dead-letters/correct: the same fields for all of a group, or for some. */
export const groupCorrectionBody = z.union([
  group.extend(correctionBody.shape),
  chosen.extend(correctionBody.shape),
]);

/** Which runs are listed; everything named must be so. */
export const runQuery = z.strictObject({
  connectionId: id.optional(),
  failed: z.literal('true').optional().describe('Only those in which something was not done.'),
  subjectId: id.optional().describe('For example a recording.'),
  from: instant.optional(),
  before: instant.optional().describe('`startedAt` of the last one of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** One call to a connection: what was sent together. */
export const deliveryRun = z.object({
  connectionId: id,
  connection: z.string(),
  operation: z.string(),
  lane,
  connectionVersion: z.int().nullable(),
  startedAt: instant.describe('Together with the connection it names the run.'),
  durationMs: z.int(),
  traceId: z.string().nullable(),
  records: z.int(),
  done: z.int(),
  rejected: z.int(),
  unknown: z.int(),
});

const madeField = z
  .object({ value: fieldValue, error: z.string().nullable() })
  .nullable()
  .describe('Null where the version does not fill it.');

/** What a delivery would carry by the version of then and by the current one. */
export const comparedVersions = z.object({
  then: z.int().nullable().describe('Null for one that was never tried.'),
  now: z.int(),
  fields: z.array(
    z.object({
      name: z.string(),
      hidden: z.boolean().describe('By its row, or because you may not read such records.'),
      differs: z.boolean(),
      then: madeField,
      now: madeField,
    }),
  ),
});

/** How a connection is delivered to. */
export const deliveryHealth = z.object({
  connectionId: id,
  connector: z.string(),
  queued: z.int().describe('What waits, also for later.'),
  oldestQueuedAt: instant.nullable(),
  lagMs: z.int().nullable().describe('For how long the oldest of it has waited.'),
  dead: z.int(),
  attempts: z.int().describe('Of the last hour.'),
  failed: z.int().describe('Of those, how many took nothing.'),
  errorRate: z.number().nullable().describe('Null without attempts in the last hour.'),
  lastDoneAt: instant.nullable(),
  lastFailedAt: instant.nullable(),
  closedUntil: instant.nullable().describe('Nothing is sent before; null where it is open.'),
  error: z.object({ class: z.string(), title: z.string(), fix: z.string().nullable() }).nullable(),
});

/** Older recordings that one connection is to be told of. */
export const backfill = z.object({
  id,
  connectionId: id,
  state: z.enum(['running', 'paused', 'done', 'cancelled']).describe('`done`: everything has been queued.'),
  startedFrom: instant.nullable(),
  startedBefore: instant,
  total: z.int(),
  queued: z.int(),
  waiting: z.int(),
  dead: z.int(),
  askedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  askedAt: instant,
  endedAt: instant.nullable(),
});

/** Body of POST /api/v1/connections/:id/backfills: recordings that began in the window; all up to now where left out. */
export const newBackfill = z.strictObject({ from: instant.optional(), before: instant.optional() });
