import { z } from 'zod';
import { instant, storable } from './primitives.ts';

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

/** A leaf of a search, about whatever it is about. */
export const ledgerEntry = custodyEntry.extend({ object: z.object({ type: z.string(), id: z.string() }) });
export type LedgerEntry = z.infer<typeof ledgerEntry>;

/** Query of GET /api/v1/ledger/leaves; everything named must be so. */
export const leafQuery = z.strictObject({
  actor: storable(z.string().trim().min(1).max(200)).optional().describe('Id or exact name of who acted.'),
  objectType: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/)
    .optional()
    .describe('What was acted upon, for example "recording".'),
  objectId: storable(z.string().trim().min(1).max(200)).optional(),
  act: z
    .string()
    .regex(/^[a-z_.]{3,64}(,[a-z_.]{3,64}){0,31}$/)
    .optional()
    .describe('One or more acts with commas between, for example "recording.played,access.refused".'),
  from: z.iso.datetime({ offset: true }).optional().describe('From this instant on.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Until before this instant.'),
  before: z.coerce.number().int().min(0).optional().describe('Goes on below this index.'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type LeafQuery = z.output<typeof leafQuery>;

/** A page of a search; `nextBefore` is absent on the last one. */
export const ledgerPage = z.object({
  checkpoint: z.string(),
  verifierKey: z.string(),
  entries: z.array(ledgerEntry),
  nextBefore: z.int().optional(),
});
export type LedgerPage = z.infer<typeof ledgerPage>;
