import { z } from 'zod';
import { instant } from './primitives.ts';

/** A ledger leaf about an item, with the proof that it stands in the log. */
export const custodyEntry = z.object({
  index: z.int(),
  at: instant,
  act: z.string(),
  outcome: z.string(),
  actor: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('person'), name: z.string() }),
      z.object({ kind: z.literal('erased') }),
      z.object({ kind: z.literal('product') }),
    ])
    .describe(
      'Who acted: a person, opened from the commitment; a person whose name was erased; the product by itself.',
    ),
  leaf: z.string().describe('The leaf exactly as it was hashed, canonical JSON.'),
  leafHash: z.string().describe('Base64.'),
  proof: z.array(z.string()).describe('Inclusion path to the checkpoint, base64.'),
  proven: z.boolean().describe('Whether the hub verified the path against the checkpoint just now.'),
});
export type CustodyEntry = z.infer<typeof custodyEntry>;

/** Everything the ledger says about one item, and the signed checkpoint it is proven against. */
export const custody = z.object({
  checkpoint: z.string(),
  verifierKey: z.string(),
  entries: z.array(custodyEntry),
});
export type Custody = z.infer<typeof custody>;
