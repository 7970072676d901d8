/** The records that leave Holdfast: what a connector is given, and nothing else of a recording. */
import { z } from 'zod';
import { fieldName, fieldValue } from './fields.ts';

const instant = z.iso.datetime({ precision: 3 });
// U+0000 is no text in any database and half a surrogate pair is no text at all: both are refused here, where they
// concern one record, instead of remotely, where they fail a batch.
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'must be well-formed text');

/** What the connection's mapping made of the record for fields of the remote system; absent where it has no mapping. */
const mappedFields = z.record(fieldName, fieldValue).exactOptional();

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
  parties: z.array(z.strictObject({ name: text(512).nullable(), address: text(2048).nullable() })).max(64),
  state: recordingDocumentState,
  held: z.boolean(),
  retainUntil: instant.nullable(),
  consentOutcome: text(64).nullable(),
  region: text(64).nullable(),
  link: z.url({ protocol: /^https?$/ }).nullable(),
  callId: text(512).nullable(),
  /** Ids of the matters whose holds are in force on it, or their names and tags; absent where the connection is told of none. */
  matters: z.array(text(500)).max(64).exactOptional(),
  fields: mappedFields,
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

/** A clock of an incident as a ticket shows it. */
const ticketClock = z.strictObject({
  title: text(200),
  dueAt: instant,
  state: z.enum(['running', 'answered', 'late', 'missed', 'ended']),
});

/**
 * An incident as the ticket of another system has it, version 1; `id` is the incident's, so that a ticket is found again
 * by it. It says what has to be done until when, and nothing about people.
 */
export const incidentTicket = z.strictObject({
  kind: z.literal('ticket'),
  schemaVersion: z.literal(1),
  id: z.uuid(),
  tenantId: z.uuid(),
  revision: z.int().positive(),
  state: z.enum(['open', 'contained', 'resolved', 'closed']),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  incidentKind: text(64),
  title: text(300),
  detectedAt: instant,
  openedAt: instant,
  occurrences: z.int().positive(),
  /** Levels of the escalation that were reached; 0 while nobody had to be called. */
  escalation: z.int().nonnegative(),
  clocks: z.array(ticketClock).max(64),
  /** What is missing before it can be closed, one sentence each. */
  missing: z.array(text(300)).max(64),
  link: z.url({ protocol: /^https?$/ }),
  fields: mappedFields,
});
export type IncidentTicket = z.infer<typeof incidentTicket>;

/** A message to one person through a system that reaches people, version 1: to a custodian, for example. */
export const notice = z.strictObject({
  kind: z.literal('notice'),
  schemaVersion: z.literal(1),
  id: z.uuid(),
  tenantId: z.uuid(),
  /** Grows with each reminder. */
  revision: z.int().positive(),
  to: z.strictObject({ name: text(512), address: text(2048).nullable() }),
  subject: text(300),
  text: text(8000),
  dueAt: instant.nullable(),
  /** Where the person reads and acknowledges it. */
  link: z.url({ protocol: /^https?$/ }).nullable(),
});
export type Notice = z.infer<typeof notice>;

/** Everything an operation may be given. */
export type OutboundRecord = RecordingDocument | RecordingWithdrawal | IncidentTicket | Notice;

/** The name an operation declares as its input. */
export type RecordKind = OutboundRecord['kind'];

/** The schema behind each kind: the host parses by it before a connector sees a record. */
export const RECORD_SCHEMAS = {
  recording: recordingDocument,
  withdrawal: recordingWithdrawal,
  ticket: incidentTicket,
  notice,
} as const satisfies Record<RecordKind, z.ZodType<OutboundRecord>>;
