import { z } from 'zod';
import { CUT_GROUNDS, CUT_STATES } from '../../../recorder-core/policy/cut.ts';
import { id, instant, reason, storable } from './primitives.ts';
import { explanation } from './recording.ts';

const MOST_MS = 1_000_000_000;
const place = z.int().min(0).max(MOST_MS);

/** Body of POST /recordings/:id/cuts. */
export const askCutBody = z.strictObject({
  fromMs: place.describe('Where the span begins, in milliseconds from the start of the recording.'),
  toMs: place.describe('Where it ends; what begins there stays.'),
  labels: z
    .array(storable(z.string().min(1).max(256)))
    .min(1)
    .max(100)
    .optional()
    .describe('Labels of the lines, as the timeline has them; all lines where it is left out.'),
  ground: z
    .enum(CUT_GROUNDS)
    .describe(
      'Card data goes also where a floor keeps the recording; what its purpose does not cover waits for the floor.',
    ),
  reason: reason.describe('For whoever agrees, and for auditors.'),
});

const person = z.object({ id, name: z.string() });

/** A span that is to be cut out of a recording, or was. */
export const recordingCut = z.object({
  id: id.describe('Of the approval too.'),
  fromMs: z.int(),
  toMs: z.int(),
  labels: z.array(z.string()),
  ground: z.enum(CUT_GROUNDS),
  reason: z.string().describe('Empty once the recording is disposed of.'),
  state: z
    .enum(CUT_STATES)
    .describe(
      '`waiting`: a hold, an open request or a floor keeps it. `derived`: what still has the span is being destroyed. Ends: `cut`, `nothing` (no packet was there), `refused`, `void` (the recording went as a whole).',
    ),
  askedBy: person,
  askedAt: instant,
  decidedBy: person.nullable().describe('The second person; null while nobody has agreed.'),
  waitsFor: explanation.nullable().describe('The decision that keeps the span; null while nothing does.'),
  endedAt: instant.nullable(),
});
export type RecordingCut = z.infer<typeof recordingCut>;

/** Answer of GET /recordings/:id/cuts. */
export const recordingCuts = z.object({ items: z.array(recordingCut) });
export type RecordingCuts = z.infer<typeof recordingCuts>;
