import { z } from 'zod';
import { CONNECTION_STATES } from '../../../recorder-core/policy/connection-state.ts';
import { MATTER_TAGS } from '../../../recorder-core/records/matter-tags.ts';
import { id, instant, storable } from './primitives.ts';

/** Where a connection stands in its life. */
export const connectionState = z.enum(CONNECTION_STATES);

/** A configured connector; never its credential. */
export const connection = z.object({
  id,
  connector: z.string(),
  name: z.string(),
  state: connectionState,
  stateAt: instant.describe('Since when.'),
  version: z.int(),
  url: z.string().nullable().describe('Where it sends to.'),
  sends: z.array(z.string()),
  accepts: z.array(z.string()).describe('Types of events that it may send to us.'),
  eventsUrl: z.string().nullable().describe('Where it sends events to; null for one that sends none.'),
});
export type Connection = z.infer<typeof connection>;

/** One row of a mapping; its cells are checked one by one, so that a refusal names row and column. */
export const mappingRowShown = z.object({
  target: z.string().describe('Field of the remote object.'),
  expr: z.string().describe('CEL over `record`.'),
  type: z.enum(['text', 'integer', 'number', 'boolean', 'instant', 'date']),
  onNull: z.enum(['skip', 'clear', 'reject']),
  onError: z.enum(['skip', 'reject']),
  redact: z.boolean().describe('The value is hidden wherever people look.'),
});
const mappings = z
  .record(z.string(), z.array(mappingRowShown))
  .describe('Rows by operation; an operation without rows fills nothing but what it always does.');

const reshapes = z
  .record(z.string(), z.string())
  .describe('JSONata by operation, before its rows, in which its result is `shape`.');
const someValues = z.record(z.string(), z.unknown());
const why = storable(z.string().trim().min(1).max(500)).describe('Kept with the version.');
const connectionName = storable(z.string().trim().min(1).max(100));

/** A check of the connector, and what it last found. */
export const connectionCheck = z.object({
  id: z.string(),
  title: z.string(),
  severity: z
    .enum(['required', 'advised'])
    .describe('A required check that fails keeps a draft from going live.'),
  status: z.enum(['ok', 'warn', 'fail']).nullable().describe('Null where it never ran.'),
  detail: z.string().nullable(),
  fix: z.string().nullable().describe('What to do about it.'),
  ranAt: instant.nullable(),
  current: z.boolean().describe('Ran within the last hour, over this version and this credential.'),
});
export type ConnectionCheck = z.infer<typeof connectionCheck>;

/** A connection with what it is configured to do. */
export const connectionDetail = connection.extend({
  title: z.string().describe('Of the connector.'),
  config: someValues,
  mappings,
  reshapes,
  credential: z
    .object({ kind: z.string().nullable(), givenAt: instant.nullable() })
    .nullable()
    .describe('That there is one, never what is in it; null where none was given.'),
  mandatory: z.boolean().describe('An obligation rests on it: it cannot be removed.'),
  matterTags: z
    .enum(MATTER_TAGS)
    .describe(
      'Whether it is told which matters hold a recording: not at all, by their ids, or by name with case id and triggers.',
    ),
  remains: z
    .object({ what: z.enum(['withdraw', 'keep']), why: z.string().nullable() })
    .nullable()
    .describe('What becomes of what a removed connection has told.'),
  checks: z.array(connectionCheck),
});
export type ConnectionDetail = z.infer<typeof connectionDetail>;

/** Body of POST /api/v1/connections. The connector's own schema checks the configuration. */
export const newConnection = z.strictObject({
  connector: z.string().max(100),
  name: connectionName,
  config: someValues,
  credential: someValues.optional().describe('Of one of the kinds that the connector takes; sealed at once.'),
  mappings: z.record(z.string(), z.array(z.unknown())).optional(),
  reshapes: someValues.optional(),
  why: why.optional(),
});

/** Body of POST /api/v1/connections/{id}/change. What is left out stays. */
export const connectionChange = z.strictObject({
  name: connectionName.optional(),
  config: someValues.optional(),
  mappings: z.record(z.string(), z.array(z.unknown())).optional(),
  reshapes: someValues.optional(),
  why: why.optional(),
  basedOn: z
    .int()
    .positive()
    .optional()
    .describe('The version that was changed; refused where it is not the current one.'),
});

/** Body of POST /api/v1/connections/{id}/matter-tags. */
export const matterTagsBody = z.strictObject({
  tags: z.enum(MATTER_TAGS),
  resend: z
    .boolean()
    .default(false)
    .describe('Sends all recordings again, by a back-fill, so that what was sent before says the same.'),
});

/** What a connection is told of matters, and what sending all of its recordings again would come to. */
export const matterTagsPreview = z.object({
  tags: z.enum(MATTER_TAGS),
  recordings: z.int().describe('That would be sent again.'),
  refusal: z
    .enum(['not-live', 'under-way'])
    .nullable()
    .describe('Why they cannot be sent again now: the connection is not live, or a back-fill is not over.'),
});
export type MatterTagsPreview = z.infer<typeof matterTagsPreview>;

/** Body of POST /api/v1/connections/{id}/credential. */
export const newCredential = z.strictObject({ credential: someValues });

/** Body of POST /api/v1/connections/{id}/roll-back. */
export const rollBack = z.strictObject({ version: z.int32().positive(), why: why.optional() });

/** Body of POST /api/v1/connections/{id}/remove. */
export const removal = z.strictObject({
  remains: z.enum(['withdraw', 'keep']).describe('What becomes of what the remote system has.'),
  why: why.optional().describe('Needed to keep.'),
});

/** What removing would leave behind. */
export const removalPlan = z.object({
  recordings: z.int().describe('That the remote system may have.'),
  held: z.int().describe('Of those, how many a hold keeps there.'),
});

/** One version; all are kept. */
export const connectionVersion = z.object({
  version: z.int(),
  connectorVersion: z.string(),
  config: someValues,
  mappings,
  reshapes,
  madeBy: z.string().nullable().describe('Null where the product itself did.'),
  madeAt: instant,
  why: z.string().nullable(),
  rolledBackTo: z.int().nullable(),
});

/** The secrets of a connection, shown this once. */
export const connectionSecrets = connection.extend({
  sendingSecret: z.string().nullable().describe('Verifies what we send; null where nothing is sent.'),
  receivingSecret: z
    .string()
    .nullable()
    .describe('Signs what is sent to us; null where no events are taken.'),
  olderUntil: instant.nullable().describe('Until when the secrets before these are of use.'),
});

/** How a connection is, without asking the remote system, and without what its checks found. */
export const connectionPulse = z.object({
  id,
  name: z.string(),
  connector: z.string(),
  state: connectionState,
  deliveries: z
    .object({
      queued: z.int(),
      oldestQueuedAt: instant.nullable().describe('How far it lags: since when the oldest waits.'),
      dead: z.int().describe('Dead letters, which wait for a person.'),
      attempts: z.int().describe('Of the last hour.'),
      failed: z.int().describe('Of those, how many took nothing.'),
      lastDoneAt: instant.nullable(),
      lastFailedAt: instant.nullable(),
      closedUntil: instant.nullable().describe('Nothing is sent before.'),
      error: z.object({ class: z.string(), title: z.string(), fix: z.string().nullable() }).nullable(),
    })
    .nullable()
    .describe('Null for a removed one.'),
  remains: removalPlan.nullable().describe('Of a removed one: what the remote system may still have.'),
  token: z
    .object({
      state: z.enum(['none', 'good', 'refused', 'needs-consent']),
      obtainedAt: instant.nullable(),
      refreshAt: instant.nullable(),
      expiresAt: instant.nullable(),
      refusals: z.int().describe('In a row.'),
      code: z.string().nullable().describe('The authorization server’s word for the last refusal.'),
    })
    .nullable()
    .describe('Null where none was ever needed.'),
  quota: z
    .object({ limit: z.number().nullable(), remaining: z.number().nullable(), at: instant.nullable() })
    .nullable()
    .describe('The remote system’s own allowance, as its answers told it.'),
  breaker: z.object({
    state: z.enum(['closed', 'open', 'probing']),
    failingSince: instant.nullable(),
    probeAt: instant.nullable().describe('When one request may try again.'),
  }),
  rebuildDueSince: instant
    .nullable()
    .describe(
      'Since when what was sent before lacks what is written now: of the last change of mapping or own fields. Null where nothing has to be rebuilt.',
    ),
});

/** How a connection is, without asking the remote system. */
export const connectionHealth = connectionPulse.extend({ checks: z.array(connectionCheck) });
/** Where a person is sent to consent for a connection. */
export const authorizationStart = z.object({
  url: z
    .string()
    .describe('The authorization server. The answer counts in the same session, for a quarter of an hour.'),
});

/** What a person brings back from the authorization server. */
export const authorizationReturn = z.strictObject({
  state: z.string().min(1).max(512),
  code: z.string().min(1).max(4096),
});

/** An event of another system; never what it said. */
export const inboundEvent = z.object({
  id,
  connectionId: id,
  connection: z.string(),
  webhookId: z.string(),
  type: z.string(),
  sequence: z.int().nullable(),
  occurredAt: instant,
  receivedAt: instant,
  bodySha256: z.string(),
  state: z.enum(['received', 'done', 'refused', 'failed']),
  attempts: z.int(),
  settledAt: instant.nullable(),
  reason: z.string().nullable(),
});
export type InboundEvent = z.infer<typeof inboundEvent>;
