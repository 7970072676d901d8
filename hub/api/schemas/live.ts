import { z } from 'zod';
import { CIRCUMSTANCES } from '../../../recorder-core/policy/rule-pack.ts';
import { id, instant, storable } from './primitives.ts';

/** A recorder. `silent` is one whose heartbeat is overdue: what it last said of itself is shown and not believed. */
export const recorderNode = z.object({
  node: z.string(),
  region: z.string(),
  version: z.string(),
  state: z.enum(['taking', 'full', 'draining', 'down', 'silent']),
  calls: z.int().describe('Calls in progress at the last heartbeat.'),
  capacity: z.int().describe('Calls it takes at once.'),
  heartbeatAt: instant,
});
export type RecorderNode = z.infer<typeof recorderNode>;

/** One media stream of a call in progress. */
export const liveStream = z.object({
  label: z.string(),
  port: z.int(),
  codec: z.string().nullable().describe('Encoding of what arrives; null before the first packet.'),
  secured: z.boolean().describe('Whether the media comes as SRTP.'),
  held: z.boolean(),
  withheld: z.boolean().optional().describe('Consent permits nothing of it now.'),
  packets: z.int(),
  lost: z.int(),
  jitterMs: z.number(),
  mosLq: z.number().nullable().describe('Listening quality of the last interval, 1 to 4.5.'),
  silentMs: z.number().nullable().describe('Since the last packet; null before the first.'),
});
export type LiveStream = z.infer<typeof liveStream>;

/** A call in progress. `unknown` where its recorder is silent: it may be over, or go on unseen. */
export const liveCall = z.object({
  recordingId: id,
  node: z.string(),
  state: z.enum(['recording', 'paused', 'waiting', 'unknown']),
  startedAt: instant,
  dialect: z.string().nullable().describe('Whose SIPREC metadata it carries; null without metadata.'),
  transport: z.string(),
  streams: z.array(liveStream),
  alerts: z.array(
    z.object({ kind: z.string(), label: z.string().nullable(), raisedAt: instant, detail: z.string() }),
  ),
});
export type LiveCall = z.infer<typeof liveCall>;

/** Body of everything that is asked of a recorder. */
export const askRecorder = z.strictObject({
  reason: storable(z.string().trim().min(1).max(500)).describe(
    'Why; the recorder writes it into the journal of the call. No names or numbers.',
  ),
});

/** Body of POST /live-calls/:id/circumstances. */
export const tellLiveCircumstance = askRecorder.extend({
  circumstance: z
    .enum(CIRCUMSTANCES)
    .describe(
      '`payment-card`: card data is given; `emergency`: an emergency call; `minor`: a minor takes part.',
    ),
  state: z.enum(['begins', 'ends']),
});

/** What was asked of a recorder and what became of it: `asked`, then `taken`, then `done` or `failed`. */
export const recorderCommand = z.object({
  id,
  node: z.string(),
  recordingId: id.nullable(),
  verb: z.enum(['pause', 'resume', 'end', 'snapshot', 'consent', 'circumstance', 'drain', 'undrain']),
  reason: z.string(),
  state: z.enum(['asked', 'taken', 'done', 'failed']),
  askedAt: instant,
  settledAt: instant.nullable(),
  answer: z.string().nullable().describe('Why it failed.'),
});
export type RecorderCommand = z.infer<typeof recorderCommand>;

/** Something that was wrong with a stream while it was recorded; stands while `clearedAt` is null. */
export const recorderAlert = z.object({
  id,
  recordingId: id,
  node: z.string(),
  kind: z.string(),
  label: z.string().nullable(),
  detail: z.string(),
  raisedAt: instant,
  clearedAt: instant.nullable(),
});
export type RecorderAlert = z.infer<typeof recorderAlert>;
