import { z } from 'zod';
import {
  IDENTITY_EVIDENCE,
  ITEM_DECISIONS,
  REQUEST_STATES,
} from '../../../recorder-core/policy/subject-request.ts';
import { historyEvent } from './history.ts';
import { id, instant } from './primitives.ts';

const kind = z.enum([
  'access',
  'erasure',
  'rectification',
  'restriction',
  'portability',
  'objection',
  'opt-out',
]);
const sentence = z.string().trim().min(1).max(2000);

/** A request as the list shows it. */
export const requestSummary = z.object({
  id,
  kind,
  state: z.enum(REQUEST_STATES),
  person: z.string().nullable().describe('Null once the person was erased.'),
  receivedAt: instant,
  dueAt: instant.nullable(),
  overdue: z.boolean(),
  waitingFor: z.string().nullable().describe('Who or what it waits for.'),
  endedAt: instant.nullable(),
});
export type RequestSummary = z.infer<typeof requestSummary>;

const clock = z.object({
  id: z.string(),
  regime: z.string(),
  step: z.enum(['acknowledge', 'answer']),
  status: z.enum(['verified', 'unverified']),
  source: z.string(),
  startsAt: instant.describe('From when it counts.'),
  dueAt: instant,
  pausable: z.boolean(),
  extendable: z.boolean(),
  state: z
    .enum(['running', 'paused', 'met', 'late', 'missed', 'unknown', 'ended'])
    .describe('unknown: its date is over, and nothing here says whether the receipt was acknowledged.'),
});
export type RequestClock = z.infer<typeof clock>;

/** What became of it in one store. */
export const requestReceipt = z.object({
  recordingId: id.describe('Of the request itself where it is about no single recording.'),
  store: z.string(),
  outcome: z.enum(['given', 'erased', 'restricted', 'retained', 'unsupported', 'failed', 'pending']),
  ground: z.string().nullable(),
  until: instant.nullable(),
  reviewAt: instant.nullable(),
  detail: z.string().nullable(),
  checked: z.boolean().describe('By reading back from the store, not by what it answered.'),
  at: instant,
});
export type RequestReceipt = z.infer<typeof requestReceipt>;

const item = z.object({
  recordingId: id,
  startedAt: instant.nullable().describe('Of the call; null where its row is gone.'),
  durationMs: z.number().nullable(),
  held: z.boolean().describe('Under a hold, which wins against any decision.'),
  others: z.boolean().describe('Somebody else speaks in it as well.'),
  decision: z.enum(ITEM_DECISIONS),
  ground: z.string().nullable(),
  decided: z.boolean().describe('False while it is what is proposed.'),
  state: z.enum(['open', 'ordered', 'done']),
});

/** Everything about one request. */
export const requestDetail = requestSummary.extend({
  owner: z.object({ id, name: z.string() }).nullable().describe('Who looks after it; null: nobody.'),
  contact: z.string().nullable(),
  places: z.array(z.string()),
  source: z.enum(['console', 'command-line', 'api', 'event']),
  externalId: z.string().nullable().describe('What the system that told it calls it.'),
  evidence: z.string().nullable(),
  evidenceNeeded: z.array(z.enum(IDENTITY_EVIDENCE)),
  verifiedAt: instant.nullable(),
  extendedAt: instant.nullable(),
  extensionReason: z.string().nullable(),
  pauses: z.array(z.object({ for: z.string(), from: instant, to: instant.nullable() })),
  clocks: z.array(clock),
  identifiers: z.array(
    z.object({
      kind: z.enum(['number', 'address', 'name']),
      value: z.string().nullable().describe('Null once the person was erased; the digest stays.'),
      digest: z.string().nullable(),
      validFrom: instant.nullable(),
      validUntil: instant.nullable(),
    }),
  ),
  duplicateOf: id.nullable(),
  approvalId: id.nullable(),
  refusal: z.object({ reason: z.string(), ground: z.string(), reviewAt: z.string().nullable() }).nullable(),
  exportId: id.nullable(),
  items: z.array(item),
  moreItems: z.boolean(),
  plan: z.record(z.string(), z.int()).describe('Recordings by what is to be done with them.'),
  searched: z.array(z.string()).describe('Where the person is looked for.'),
  notSearched: z.array(z.string()).describe('Where nothing can be looked for, as the answer says.'),
  withheldItems: z
    .int()
    .describe(
      'How many of these items are recordings that the caller may not see; they are not among `items`.',
    ),
  withheldBy: z
    .array(z.object({ policy: z.string(), says: z.string(), ask: z.string().nullable() }))
    .describe('Why those are not shown, and whom to ask: whoever sees them can decide about them.'),
  receipts: z.array(requestReceipt),
  answer: z.record(z.string(), z.unknown()).nullable(),
  history: z.array(historyEvent).describe('Oldest first.'),
});
export type RequestDetail = z.infer<typeof requestDetail>;

/** Body of POST /api/v1/requests. */
export const openRequest = z.strictObject({
  kind,
  person: z.string().trim().min(1).max(200),
  contact: z.string().trim().min(1).max(300).optional(),
  places: z
    .array(z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'an ISO 3166 code such as DE or US-CA'))
    .max(10)
    .default([])
    .describe('Where the person may be; they decide which clocks run.'),
  receivedAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When it arrived; now where it is left out.'),
  identifiers: z
    .array(
      z.strictObject({
        kind: z.enum(['number', 'address', 'name']),
        value: z.string().trim().min(2).max(200),
        validFrom: z.iso.datetime({ offset: true }).optional(),
        validUntil: z.iso.datetime({ offset: true }).optional(),
      }),
    )
    .min(1)
    .max(50)
    .describe(
      'By what the person is found. The owner of a number changes: say for which time it was theirs.',
    ),
});

/** Body of POST /api/v1/requests/:id/verify: how it was made sure who asks. The document itself is kept nowhere. */
export const verifyBody = z.strictObject({ evidence: z.enum(IDENTITY_EVIDENCE) });

/** Body of POST /api/v1/requests/:id/decisions. */
export const decisionsBody = z.strictObject({
  decisions: z
    .array(
      z.strictObject({
        recordingId: id,
        decision: z.enum(ITEM_DECISIONS),
        ground: z.string().trim().min(1).max(300).optional(),
      }),
    )
    .min(1)
    .max(500),
});

/** Body of extending or withdrawing. */
export const reasonBody = z.strictObject({ reason: sentence });

/** Body of POST /api/v1/requests/:id/refuse. */
export const refuseBody = z.strictObject({
  reason: sentence,
  ground: z.string().trim().min(1).max(300).describe('An article or a rule, such as "GDPR 12(5)(b)".'),
  reviewAt: z.iso.datetime({ offset: true }).optional(),
});

/** Body of POST /api/v1/requests/:id/copy. */
export const copyBody = z.strictObject({
  recipientKey: z.string().min(1).max(20_000).describe('age recipient, or certificate in PEM.'),
  days: z.number().int().min(1).max(90).default(30),
});
