/** The records that leave Holdfast: what a connector is given, and nothing else of a recording. */
import { z } from 'zod';

const instant = z.iso.datetime({ precision: 3 });
// U+0000 is no text in any database and half a surrogate pair is no text at all: both are refused here, where they
// concern one record, instead of remotely, where they fail a batch.
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'must be well-formed text');

/** Life of a recording as connected systems see it; the order is the usual way through it. */
export const recordingDocumentState = z.enum(['captured', 'stored', 'retained', 'disposing', 'disposed']);

/**
 * A recording as connectors see it, version 1. `revision` grows with every change of the recording (a
 * counter, or microseconds of its last change): with it an older document never overwrites a newer one.
 */
export const recordingDocument = z.strictObject({
  kind: z.literal('recording'),
  schemaVersion: z.literal(1),
  id: z.uuid(),
  tenantId: z.uuid(),
  revision: z.int().positive(),
  startedAt: instant,
  endedAt: instant,
  durationMs: z.int().nonnegative(),
  parties: z
    .array(
      z.strictObject({
        name: text(512).nullable(),
        address: text(2048).nullable(),
        role: text(64).nullable(),
      }),
    )
    .max(64),
  state: recordingDocumentState,
  held: z.boolean(),
  retainUntil: instant.nullable(),
  consentOutcome: text(64).nullable(),
  region: text(64).nullable(),
  link: z.url({ protocol: /^https?$/ }).nullable(),
  callId: text(512).nullable(),
});
export type RecordingDocument = z.infer<typeof recordingDocument>;

/**
 * The wish that a connected system forgets a recording. It names the recording and says nothing about it;
 * `held` repeats what the source knows, and a held withdrawal is refused before anything is sent.
 */
export const recordingWithdrawal = z.strictObject({
  kind: z.literal('withdrawal'),
  schemaVersion: z.literal(1),
  id: z.uuid(),
  tenantId: z.uuid(),
  revision: z.int().positive(),
  held: z.boolean(),
});
export type RecordingWithdrawal = z.infer<typeof recordingWithdrawal>;

/** Everything an operation may be given. */
export type OutboundRecord = RecordingDocument | RecordingWithdrawal;

/** The name an operation declares as its input. */
export type RecordKind = OutboundRecord['kind'];

/** The schema behind each kind: the host parses by it before a connector sees a record. */
export const RECORD_SCHEMAS = {
  recording: recordingDocument,
  withdrawal: recordingWithdrawal,
} as const satisfies Record<RecordKind, z.ZodType<OutboundRecord>>;
