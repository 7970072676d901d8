import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';

const address = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .describe('Where events are posted to.');
const name = storable(z.string().trim().min(1).max(100));
const description = storable(z.string().trim().max(500));
const types = z
  .array(z.string().max(100))
  .min(1)
  .max(100)
  .describe('Types of events: exact, as `hold.*`, or `*`.');
const signing = z
  .enum(['ed25519', 'hmac'])
  .describe('By a private key of ours, or by a secret that both sides have.');

/** How many messages of an endpoint stand how. */
const counts = z.object({
  waiting: z.int(),
  failed: z.int(),
  sentLastDay: z.int().describe('Taken within 24 hours.'),
});

/** An address of another system that is told of events; never its keys. */
export const webhookEndpoint = z.object({
  id,
  name: z.string(),
  description: z.string(),
  url: z.string(),
  types: z.array(z.string()),
  signing,
  publicKeys: z.array(
    z.object({
      key: z.string().describe('`whpk_` and the key in base64.'),
      until: instant.nullable().describe('Until when it is of use; null for the newest.'),
    }),
  ),
  state: z.enum(['enabled', 'disabled']),
  stateReason: z
    .enum(['person', 'gone', 'failing'])
    .nullable()
    .describe('Why it is disabled: somebody wished it, it answered 410, or it took nothing for five days.'),
  stateSince: instant,
  failures: z.int().describe('Attempts in a row that were not taken.'),
  failingSince: instant.nullable(),
  pausedUntil: instant.nullable().describe('Nothing is sent before.'),
  lastSuccess: instant.nullable(),
  createdAt: instant,
  messages: counts,
});
export type WebhookEndpointView = z.infer<typeof webhookEndpoint>;

/** A new endpoint. */
export const newEndpoint = z.strictObject({
  name,
  description: description.default(''),
  url: address,
  types,
  signing: signing.default('ed25519'),
});

/** What is to change of an endpoint; what is left out stays. */
export const endpointEdit = z
  .strictObject({ name, description, url: address, types })
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, 'it changes nothing');

/** An endpoint whose keys were just made. */
export const endpointSecret = webhookEndpoint.extend({
  secret: z.string().nullable().describe('Shown this once; null where the public key is enough.'),
  olderUntil: instant.nullable().describe('Until when the key before signs as well.'),
});

/** Whether what happened while it was disabled is sent. */
export const enableBody = z.strictObject({ missed: z.enum(['send', 'skip']).default('send') });

/** Since when everything that was not taken is sent again. */
export const recoverBody = z.strictObject({
  since: instant,
  missing: z.boolean().default(false).describe('Also what the endpoint was never told of.'),
});

/** How many messages were queued. */
export const recovered = z.object({
  again: z.int(),
  missing: z.int(),
  more: z.boolean().describe('There may be more than is queued at once: ask again to go on.'),
});

/** One event owed to one endpoint. */
export const webhookMessage = z.object({
  ledgerIndex: z.int(),
  eventId: z.string().describe('The `webhook-id`.'),
  type: z.string(),
  eventAt: instant,
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.int().describe('Since it was last queued.'),
  dueAt: instant.nullable(),
  settledAt: instant.nullable(),
});
export type WebhookMessageView = z.infer<typeof webhookMessage>;

/** A message with what is sent, and what came of each attempt. */
export const webhookMessageDetail = webhookMessage.extend({
  event: z.record(z.string(), z.unknown()).describe('CloudEvents 1.0, as it is sent.'),
  tries: z.array(
    z.object({
      at: instant,
      durationMs: z.int(),
      outcome: z.enum(['taken', 'refused', 'redirected', 'gone', 'slow', 'unreachable', 'forbidden']),
      status: z.int().nullable(),
      answer: z.string().nullable().describe('Beginning of a refusal, without what looks personal.'),
    }),
  ),
});

/** A page of the delivery log, youngest events first. */
export const messagePage = z.object({
  items: z.array(webhookMessage),
  nextBefore: z.int().optional().describe('Goes on with `before`; absent on the last page.'),
});
export const messageQuery = z.strictObject({
  state: z.enum(['waiting', 'sent', 'failed']).optional(),
  before: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A type of event that can be chosen, with the JSON Schema of its data. */
export const webhookEventType = z.object({
  type: z.string(),
  about: z.string(),
  schema: z.record(z.string(), z.unknown()),
});
