import { z } from 'zod';
import { CUT_GROUNDS } from '../../../recorder-core/policy/cut.ts';
import { id, instant, purposeOfUse } from './primitives.ts';
import { recordingWarning } from './recording.ts';

/** Half-open; milliseconds from the recording's start. */
const period = z.object({ offsetMs: z.number(), durationMs: z.number() });

/** Why a party is not heard. */
export const gapReason = z.enum([
  'not-started',
  'ended',
  'hold',
  'paused',
  'withheld',
  'closed',
  'loss',
  'silence',
  'comfort-noise',
  'telephone-event',
  'source-change',
  'clock',
  'not-decodable',
  'cut',
  'destroyed',
]);
export type GapReason = z.infer<typeof gapReason>;

/** A stretch of one party's channel; they follow each other without holes and add up to the recording's length. */
export const segment = z.discriminatedUnion('kind', [
  period.extend({ kind: z.literal('audio') }),
  period.extend({ kind: z.literal('gap'), reason: gapReason }),
]);
export type Segment = z.infer<typeof segment>;

/** A key a party pressed. */
export const keyPress = period.extend({
  digit: z.string().optional().describe('Absent where digits were masked before they were stored.'),
});

const qualityFigures = z.object({
  packets: z.int(),
  lost: z.int(),
  late: z.int(),
  lossPercent: z.number(),
  burstRatio: z.number(),
  maxJitterMs: z.number(),
  scale: z.enum(['narrowband', 'wideband']).nullable(),
  rFactor: z.number().nullable(),
  mosLq: z.number().nullable(),
});

/** What one party's line was over the whole recording. */
export const timelineChannel = z.object({
  label: z.string().nullable(),
  partyId: id.nullable(),
  ordinal: z.int().nullable().describe('Of the first party who spoke on this line.'),
  parts: z.array(id).describe('Media parts of the line, as they were opened one after the other.'),
  destroyed: z
    .array(z.object({ partId: id, at: instant }))
    .describe('Media parts of the line whose keys were destroyed: it is silent there.'),
  cuts: z
    .array(
      period.extend({
        cutId: id,
        ground: z.enum(CUT_GROUNDS),
        decidedBy: z.string().nullable().describe('Name of the second person.'),
        at: instant,
      }),
    )
    .describe('Spans that were cut out of the line: it is silent there, on the ground named.'),
  codecs: z.array(z.string()),
  notPlayed: z.array(z.string()).describe('Those of the codecs that cannot be played here.'),
  clock: z
    .object({
      reference: z.enum(['signalled', 'sender-reports', 'arrival']),
      troubles: z.array(z.enum(['off', 'jump', 'disagrees'])),
    })
    .nullable()
    .describe('From what its place on the wall clock was read; the poorest where the parts differ.'),
  quality: qualityFigures.extend({
    codec: z.string().nullable(),
    bucketMs: z.number().describe('10 s, doubled as often as the length demands.'),
    buckets: z.array(qualityFigures.extend({ offsetMs: z.number() })),
  }),
  segments: z.array(segment),
  keyPresses: z.array(keyPress),
});
export type TimelineChannel = z.infer<typeof timelineChannel>;

/** What happened in a recording and when. */
export const timeline = z.object({
  durationMs: z.int(),
  channels: z.array(timelineChannel).describe('In the order of the channels of the playback.'),
  pauses: z.array(period).describe('When the recorder itself stored nothing.'),
  alerts: z.array(
    z.object({
      kind: z.string(),
      label: z.string().nullable(),
      detail: z.string(),
      offsetMs: z.number(),
      clearedMs: z.number().nullable(),
    }),
  ),
  warnings: z.array(recordingWarning),
  nextMs: z.number().nullable().describe('Where the next page of segments and key presses begins.'),
});
export type Timeline = z.infer<typeof timeline>;

/** Query of GET /api/v1/recordings/:id/timeline. A page has what begins at `from` or later, `limit` of a kind at most. */
export const timelineQuery = z.strictObject({
  from: z.coerce.number().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  purpose: purposeOfUse.optional(),
});
