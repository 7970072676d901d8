import { z } from 'zod';
import { id, instant } from './primitives.ts';

const count = z.int().nonnegative();

/** How often each was found. */
const findings = z.object({
  same: count,
  waiting: count.describe('A delivery is under way, or was while the comparison ran.'),
  missing: count,
  older: count,
  newer: count.describe('A later revision is there than here: this side was restored from a backup.'),
  extra: count.describe('It is there and is not to be.'),
  unknown: count.describe('It is there and was never heard of here.'),
});

/** What a connected system holds, held against what it is to hold. */
export const connectionComparison = z.object({
  id,
  connectionId: id,
  state: z.enum(['running', 'done', 'failed']),
  repairs: z.boolean().describe('Whether what differs was queued to be put right.'),
  rebuilds: z
    .boolean()
    .describe(
      'A copy was filled beside what was in use, and put in its place; the counts are of after that.',
    ),
  askedBy: id.nullable(),
  askedAt: instant,
  endedAt: instant.nullable(),
  counts: findings.nullable(),
  examples: z.record(z.string(), z.array(id)).nullable().describe('A few ids of each kind of difference.'),
  error: z.string().nullable(),
});
export type ConnectionComparison = z.infer<typeof connectionComparison>;
