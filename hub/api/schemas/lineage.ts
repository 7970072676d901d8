import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** Where a recording went, and who may use it now. Null: the reader has no right to see that. */
export const lineage = z.object({
  connections: z.array(
    z.object({
      id,
      name: z.string(),
      operation: z.string(),
      outcome: z.enum(['done', 'rejected', 'unknown']).describe('What it answered last.'),
      at: instant,
    }),
  ),
  exports: z.array(z.object({ id, state: z.string(), at: instant })).nullable(),
  grants: z
    .array(
      z.object({
        id,
        kind: z.enum(['request', 'break-glass']),
        to: z.string().describe('A person, or a group.'),
        acts: z.array(z.string()),
        purpose: z.string(),
        untilAt: instant,
      }),
    )
    .nullable(),
});
export type Lineage = z.infer<typeof lineage>;
