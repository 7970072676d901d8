import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';

const entries = (about: string) =>
  z
    .array(storable(z.string().trim().min(1).max(200)))
    .max(200)
    .nullable()
    .describe(about);

/** What a hold reaches besides the recordings it names; every dimension that is stated must match, null is not stated. */
export const holdQuery = z.object({
  from: instant.nullable().describe('Reaches calls that were not over before.'),
  to: instant.nullable().describe('Reaches calls that had begun before.'),
  addresses: entries('Addresses or numbers of a party, with country code; one of them must match.'),
  names: entries('Names of a party; all words of one of them must be in the name of one party.'),
  classes: entries('Retention classes.'),
  regions: entries('Regions.'),
  callIds: entries('Call-IDs of the SIP dialog.'),
  sources: entries('Sources of recordings.'),
  words: entries('Words that must all occur in call id, names, addresses or labels.'),
});
export type HoldQueryShape = z.infer<typeof holdQuery>;

/** Why a hold was placed. */
export const holdKind = z.enum(['legal', 'authority', 'incident']);

/** A hold of a matter; while `releasedAt` is null nothing that it reaches is disposed of. */
export const hold = z.object({
  id,
  matterId: id,
  matter: z.string(),
  kind: holdKind,
  reason: z.string(),
  placedBy: z.string(),
  placedAt: instant,
  releasedBy: z.string().nullable(),
  releasedAt: instant.nullable(),
  endedAt: instant.nullable().describe('Since when not even the grace of its release protects.'),
  recordingIds: z.array(id).describe('The recordings that it names, as far as the caller may see them.'),
  withheld: z.int().describe('How many further recordings there are that the caller may not see.'),
  query: holdQuery.nullable().describe('What it reaches besides them, also of what is captured later.'),
});
export type Hold = z.infer<typeof hold>;

/** Body of POST /api/v1/holds. */
export const placeHold = z.strictObject({
  matter: storable(z.string().trim().min(1).max(200)).describe(
    'Name or id of the case or matter the hold belongs to; a new name opens a matter.',
  ),
  reason: storable(z.string().trim().min(1).max(2000)),
  kind: holdKind.default('legal'),
  recordingIds: z.array(id).max(500).default([]),
  query: z.strictObject(holdQuery.partial().shape).nullable().default(null),
});
export type PlaceHold = z.input<typeof placeHold>;
