import { z } from 'zod';
import { APPROVAL_KINDS, APPROVAL_STATES } from '../../../recorder-core/policy/approval.ts';
import { historyEvent } from './history.ts';
import { id, instant, storable } from './primitives.ts';

/** What is asked about. */
export const approvalKind = z.enum(APPROVAL_KINDS);
export type ApprovalKind = z.infer<typeof approvalKind>;

/** Where an approval stands; all but the first are ends. */
export const approvalState = z.enum(APPROVAL_STATES);
export type ApprovalState = z.infer<typeof approvalState>;

/** An approval as lists show it. */
export const approvalSummary = z.object({
  id,
  kind: approvalKind,
  subject: z.object({ type: z.string(), id: z.string() }).describe('What it is about.'),
  state: approvalState,
  summary: z.string().describe('What happens if it is approved.'),
  facts: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('Figures of the plan, by their names.'),
  act: z.string().describe('What the role of whoever decides must allow, besides `approval.decide`.'),
  level: z.int().describe('Level of people that is asked, from 0.'),
  levels: z.int().describe('How many levels there are.'),
  reminders: z.int(),
  requestedBy: z.string().nullable().describe('Null where the product itself asks.'),
  requestedAt: instant,
  dueAt: instant.describe('From then on nobody can decide; it expires, which is a no.'),
  decidedBy: z.string().nullable(),
  onBehalfOf: z.string().nullable().describe('Whose right was used, where it was lent.'),
  rule: z.string().nullable().describe('By which whoever decided was allowed to.'),
  endedAt: instant.nullable(),
  reason: z.string().nullable().describe('Of a refusal or a withdrawal; remark of an agreement.'),
  own: z.boolean().describe('Whether the caller asked, and so cannot decide.'),
  mayDecide: z.boolean().describe('Whether the caller may decide now, by their own right or a lent one.'),
});
export type ApprovalSummary = z.infer<typeof approvalSummary>;

/** The thing with a screen of its own that an approval is about. */
export const approvalAbout = z.object({
  type: z.enum([
    'matter',
    'recording',
    'disposal-run',
    'export',
    'incident',
    'request',
    'grant',
    'access-policy',
    'access-rules',
    'policy',
  ]),
  id: z.string(),
});
export type ApprovalAbout = z.infer<typeof approvalAbout>;

/** An approval with its history. */
export const approvalDetail = approvalSummary.extend({
  decision: z.object({
    rule: z.string().describe('Why the caller may decide, or not.'),
    onBehalfOf: z.string().nullable().describe('Whose right the caller would use.'),
    unseen: z
      .int()
      .describe('How many recordings that would leave the caller may not see, and so cannot agree to.'),
  }),
  about: approvalAbout.nullable().describe('Null where it is about nothing that has a screen.'),
  history: z.array(historyEvent).describe('Oldest first.'),
});
export type ApprovalDetail = z.infer<typeof approvalDetail>;

const words = storable(z.string().trim().min(1).max(500));

/** Body of an agreement. */
export const approveBody = z.strictObject({ remark: words.optional() });
/** Body of a refusal and a withdrawal. */
export const approvalReason = z.strictObject({ reason: words });

/** A right to decide that was lent. */
export const delegation = z.object({
  id,
  from: z.string(),
  to: z.string(),
  given: z.boolean().describe('True where the caller lent it, false where it was lent to them.'),
  fromAt: instant,
  untilAt: instant,
  reason: z.string(),
});
export type DelegationSummary = z.infer<typeof delegation>;

/** Body of POST /api/v1/delegations. */
export const delegateBody = z.strictObject({
  to: words.describe('Id or name of whom the right is lent to.'),
  fromAt: instant.optional().describe('From when on; left out, at once.'),
  untilAt: instant,
  reason: words,
});
export type DelegateBody = z.input<typeof delegateBody>;
