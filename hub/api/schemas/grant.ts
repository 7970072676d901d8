import { z } from 'zod';
import { APPROVAL_STATES } from '../../../recorder-core/policy/approval.ts';
import { GRANT_KINDS, GRANT_STATES, GRANTABLE_ACTS } from '../../../recorder-core/policy/grant-state.ts';
import { holdQuery } from './hold.ts';
import { id, instant, storable } from './primitives.ts';

const MOST_RECORDINGS = 200;
const words = storable(z.string().trim().min(1).max(500));
const acts = z.array(z.enum(GRANTABLE_ACTS)).min(1);
const purpose = z
  .string()
  .regex(/^[a-z0-9][a-z0-9/-]{0,59}$/, 'small letters, digits, - and /, such as complaint')
  .describe('What it is for, in a word; playing and exporting state it.');
const named = z.object({ kind: z.literal('recordings'), ids: z.array(id).min(1).max(MOST_RECORDINGS) });
const ofOne = z.object({ kind: z.enum(['matter', 'export']), id });

/** Who asked, had, decided or ended; the name is the id where nobody of that id is known any more. */
const person = z.object({ id, name: z.string() });

/** A right that ends on time. */
export const grant = z.object({
  id,
  kind: z.enum(GRANT_KINDS),
  to: z.union([z.object({ person }), z.object({ group: z.string() })]),
  acts,
  purpose,
  scope: z.discriminatedUnion('kind', [
    named,
    ofOne,
    z.object({ kind: z.literal('query'), query: holdQuery }),
    z.object({ kind: z.literal('all') }),
  ]),
  fromAt: instant,
  untilAt: instant.describe('From then on it allows nothing.'),
  reason: z.string(),
  ticket: z.string().nullable().describe('Of an emergency.'),
  incidentId: id.nullable(),
  state: z.enum(GRANT_STATES),
  phase: z.enum(['waiting', 'to-come', 'live', 'over']).describe('How it stands at this moment.'),
  requestedBy: z.string(),
  requestedAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  endsSoon: z
    .boolean()
    .describe('It is in force, and in its last day, or in its last quarter where that is shorter.'),
  warnedAt: instant.nullable().describe('When it was told, also by webhook, that it ends soon.'),
  uses: z.int().describe('Accesses that only it allowed.'),
  usedAt: instant.nullable(),
  own: z.boolean().describe('Whether it is for the caller, or was asked for by them.'),
  review: z
    .enum([...APPROVAL_STATES])
    .nullable()
    .describe('Of an emergency: how it was reviewed; `open` while it waits.'),
});
export type Grant = z.infer<typeof grant>;

/** A list of grants. */
export const grantList = z.object({ items: z.array(grant) });

/** What is in force, what of it ends soon, and what nobody has used. */
export const grantReport = z.object({
  live: z.array(grant).describe('Who has what until when; those that end first come first.'),
  endingSoon: z.array(grant).describe('Of these, those that end within three days.'),
  unused: z.array(grant).describe('Of these, those given more than a day ago and never used.'),
  waitingReview: z.array(grant).describe('Emergencies that nobody has reviewed yet.'),
});
export type GrantReport = z.infer<typeof grantReport>;

/** One access while an emergency right lasted, or by a grant. */
export const touched = z.object({
  at: instant,
  act: z.string(),
  object: z.object({ type: z.string(), id: z.string() }),
  outcome: z.string(),
  rules: z.array(z.string()),
  byThis: z.boolean().describe('Whether nothing else would have allowed it.'),
});
export type Touched = z.infer<typeof touched>;

/** A grant with what was touched under it. */
export const grantDetail = grant.extend({
  touched: z.array(touched).describe('The youngest first; at most 1,000.'),
});
export type GrantDetail = z.infer<typeof grantDetail>;

/** Body of POST /api/v1/grants: for oneself. */
export const requestGrantBody = z.strictObject({
  acts,
  purpose,
  scope: z.discriminatedUnion('kind', [
    z.strictObject(named.shape),
    z.strictObject(ofOne.shape),
    z.strictObject({ kind: z.literal('query'), query: z.strictObject(holdQuery.partial().shape) }),
  ]),
  fromAt: instant.optional().describe('Left out, as soon as it is agreed to.'),
  untilAt: instant,
  reason: words,
});
export type RequestGrantBody = z.input<typeof requestGrantBody>;

/** Body of POST /api/v1/grants/for: for somebody else, or for a group. */
export const requestGrantForBody = requestGrantBody.extend({
  to: z.union([
    z.strictObject({ person: words.describe('Id or name.') }),
    z.strictObject({ group: storable(z.string().trim().min(1).max(200)) }),
  ]),
});

/** Body of a revocation. */
export const revokeGrantBody = z.strictObject({ reason: words });

/** Body of POST /api/v1/break-glass. */
export const breakGlassBody = z.strictObject({
  ticket: storable(z.string().trim().min(2).max(100)).describe('Number of the ticket that it is about.'),
  reason: words,
  minutes: z.int().min(1).max(60),
});
