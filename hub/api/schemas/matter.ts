import { z } from 'zod';
import { MAIL_STATES } from '../../../recorder-core/policy/mail-plan.ts';
import { hold, holdQuery } from './hold.ts';
import { historyEvent } from './history.ts';
import { id, instant, page, storable } from './primitives.ts';

const words = (length: number) => storable(z.string().trim().min(1).max(length));
const optional = (length: number) => words(length).nullable().default(null);

export const matterState = z.enum(['open', 'releasing', 'closed']);

/** What holds are for: one line of the list. */
export const matterSummary = z.object({
  id,
  name: z.string(),
  externalId: z.string().nullable().describe('The case as the connected system knows it.'),
  connectionId: id.nullable(),
  tags: z.array(z.string()).describe('Regulatory triggers; what the holds reach is tagged with them.'),
  state: matterState,
  openedBy: z.string(),
  openedAt: instant,
  owner: z.object({ id, name: z.string() }).nullable().describe('Who looks after it; null: nobody.'),
  reviewAt: instant.nullable().describe('When somebody has to ask whether it is still needed.'),
  closedAt: instant.nullable(),
  activeHolds: z.int(),
});
export type MatterSummary = z.infer<typeof matterSummary>;

export const matterPage = page(matterSummary);
export type MatterPage = z.infer<typeof matterPage>;

/** One asking for a release, and what came of it. */
export const release = z.object({
  id,
  matterId: id,
  holdIds: z.array(id),
  whole: z.boolean().describe('The matter ends with it.'),
  reason: z.string(),
  askedBy: z.string(),
  askedAt: instant,
  approvalId: id,
  state: z.enum(['asked', 'refused', 'expired', 'withdrawn', 'grace', 'taken-back', 'done']),
  grantedBy: z.string().nullable(),
  grantedAt: instant.nullable(),
  graceEndsAt: instant
    .nullable()
    .describe('Until then everything is kept, and the release can be taken back.'),
  endedBy: z.string().nullable(),
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
});
export type Release = z.infer<typeof release>;

/** A custodian who was told what to keep. */
export const custodianNotice = z.object({
  id,
  name: z.string(),
  address: z.string().nullable(),
  superior: z.string().nullable(),
  superiorAddress: z.string().nullable(),
  instructions: z.string(),
  connectionId: id.nullable(),
  byMail: z.boolean(),
  mail: z
    .object({ state: z.enum(MAIL_STATES), answer: z.string().nullable() })
    .nullable()
    .describe('What came of the newest mail about it.'),
  remindDays: z.int(),
  mostReminders: z.int(),
  sentBy: z.string(),
  sentAt: instant,
  reminders: z.int(),
  remindedAt: instant.nullable(),
  escalatedAt: instant.nullable(),
  acknowledgedAt: instant.nullable(),
  endedAt: instant.nullable(),
});
export type CustodianNotice = z.infer<typeof custodianNotice>;

/** How far word of a hold by query has come. */
export const holdProgress = z.object({
  holdId: id,
  told: z.int().describe('Recordings whose systems, object lock and custody know of the last change.'),
  done: z.boolean(),
});

export const matterDetail = matterSummary.extend({
  holds: z.array(hold),
  releases: z.array(release),
  notices: z.array(custodianNotice),
  progress: z.array(holdProgress),
  history: z.array(historyEvent).describe('Oldest first.'),
});
export type MatterDetail = z.infer<typeof matterDetail>;

/** Query of GET /api/v1/matters. */
export const matterListQuery = z.strictObject({
  state: matterState.optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** Body of POST /api/v1/matters. */
export const openMatter = z.strictObject({
  name: words(200),
  tags: z.array(words(64)).max(20).default([]),
  reviewAt: instant.nullable().default(null),
});

export type OpenMatter = z.input<typeof openMatter>;

/** Body of acts on a matter that need a reason. */
export const withReason = z.strictObject({ reason: words(2000) });
export type WithReason = z.infer<typeof withReason>;

/** Body of POST /api/v1/matters/{id}/review. */
export const reviewMatter = z.strictObject({
  reviewAt: instant.nullable().describe('The next date; null for none.'),
  remark: words(2000),
});

export type ReviewMatter = z.infer<typeof reviewMatter>;

/** Body of POST /api/v1/matters/{id}/notices. */
export const notify = z.strictObject({
  name: words(200),
  address: optional(500),
  superior: optional(200),
  superiorAddress: optional(500),
  instructions: words(8000),
  connectionId: id
    .nullable()
    .default(null)
    .describe('A connection that sends notices; left out, you hand the link over, or it goes by mail.'),
  byMail: z
    .boolean()
    .default(false)
    .describe('Whether notice, reminders and escalation go by mail to the addresses.'),
  remindDays: z.int().min(1).max(365).default(7),
  mostReminders: z.int().min(0).max(52).default(3),
});
export type Notify = z.input<typeof notify>;

/** The link for the custodian, shown once. */
export const noticeLink = z.object({ id, url: z.url() });
export type NoticeLink = z.infer<typeof noticeLink>;

/** Body of POST /api/v1/holds/preview. */
export const previewHold = z.strictObject({ query: z.strictObject(holdQuery.partial().shape) });
export type PreviewHold = z.infer<typeof previewHold>;

export const holdPreview = z.object({
  matches: z.int(),
  complete: z.boolean().describe('False where time ran out: there may be more.'),
  looked: z.int(),
  heldAlready: z.int(),
  sample: z.array(id).describe('The newest ones.'),
});
export type HoldPreview = z.infer<typeof holdPreview>;

export const releasePlan = z.object({
  graceEndsAt: instant.describe('If it were agreed to now.'),
  looked: z.int(),
  complete: z.boolean(),
  heldByOthers: z.int(),
  keptLonger: z.int(),
  due: z.int(),
  sample: z.array(id),
});
export type ReleasePlan = z.infer<typeof releasePlan>;
