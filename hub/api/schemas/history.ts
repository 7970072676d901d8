import { z } from 'zod';
import { instant } from './primitives.ts';

/** One entry of what happened to a thing, from the ledger. */
export const historyEvent = z.object({
  at: instant,
  act: z.string(),
  outcome: z.string(),
  actor: z
    .string()
    .nullable()
    .describe(
      'A person, or the connection of another system; null where the product acted, empty where the name was erased.',
    ),
  words: z.string().nullable().describe('The reason or remark that was given, while it can be opened.'),
});
export type HistoryEvent = z.infer<typeof historyEvent>;
