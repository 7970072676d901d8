import { z } from 'zod';
import { leafQuery, ledgerEntry } from './ledger.ts';
import { storable } from './primitives.ts';

/** Query of GET /api/v1/access-log; everything named must be so. */
export const accessLogQuery = leafQuery.omit({ actor: true, act: true }).extend({
  person: storable(z.string().trim().min(1).max(200)).optional().describe('Id or exact name of who asked.'),
  outcome: z.enum(['allowed', 'refused']).optional(),
  policy: storable(z.string().trim().min(1).max(200))
    .optional()
    .describe('Id of a policy or rule that decided, for example "wall/hr".'),
  act: z
    .string()
    .regex(/^[a-z_.-]{3,64}$/)
    .optional()
    .describe('What was asked for, for example "recording.play".'),
});
export type AccessLogQuery = z.output<typeof accessLogQuery>;

/** One attempt, as its entry of the ledger says; `index` finds the entry with its proof. */
export const accessLogEntry = z.object({
  index: z.int(),
  at: z.string(),
  entered: z.string().describe('Act of the entry, for example "recording.played".'),
  act: z.string().nullable().describe('What was asked for, where the entry says so.'),
  outcome: z.string(),
  object: ledgerEntry.shape.object,
  actor: ledgerEntry.shape.actor,
  policies: z.array(z.string()).describe('Ids of the policies and rules that decided.'),
  purpose: z.string().nullable(),
  means: z.string().nullable(),
});
export type AccessLogEntry = z.infer<typeof accessLogEntry>;

/** A page of the access log, youngest first; `nextBefore` is absent on the last one. */
export const accessLogPage = z.object({
  entries: z.array(accessLogEntry),
  nextBefore: z.int().optional(),
});
export type AccessLogPage = z.infer<typeof accessLogPage>;
