import { z } from 'zod';
import { instant } from './primitives.ts';

/** Name of a stream, as the connector's manifest has it. */
export const streamName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be the name of a stream');

/** How far a stream of a connection was read. */
export const connectionStream = z.object({
  stream: z.string(),
  title: z.string(),
  everySec: z.int().describe('How often it is read, in seconds.'),
  checkpoint: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .nullable()
    .describe("The connector's own; null at the beginning."),
  readAt: instant.nullable().describe('When it was last read to its end; the lag is the time since.'),
  dueAt: instant.nullable().describe('When it is read next; null before it was first due.'),
  eventAt: instant.nullable().describe('When the newest event happened on the other side.'),
  events: z.int().describe('Kept so far.'),
  failures: z.int().describe('Tries that failed since it was last read to its end.'),
  problem: z.string().nullable(),
  problemClass: z.string().nullable(),
});
export type ConnectionStream = z.infer<typeof connectionStream>;
