import { z } from 'zod';
import { findRequestOf } from '../../../recorder-core/records/subject-requests.ts';
import { withdrawRequest } from '../../requests/decide-request.ts';
import { openRequest } from '../../requests/open-request.ts';
import {
  defineEventType,
  isOldNews,
  type EventContext,
  type EventType,
  type InboundEvent,
} from '../event-type.ts';

const text = (most: number) => z.string().trim().min(1).max(most);
const instant = z.iso.datetime({ offset: true });
const requestId = text(200).describe("The sender's id of the request.");

const opened = z.strictObject({
  requestId,
  kind: z.enum(['access', 'erasure', 'rectification', 'restriction', 'portability', 'objection', 'opt-out']),
  person: text(200),
  contact: text(300).optional(),
  places: z
    .array(z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/))
    .max(10)
    .default([])
    .describe('ISO 3166 codes of where the person may be.'),
  receivedAt: instant.optional().describe('When it arrived there; when the event happened, where left out.'),
  identifiers: z
    .array(
      z.strictObject({
        kind: z.enum(['number', 'address', 'name']),
        value: z.string().trim().min(2).max(200),
        validFrom: instant.optional(),
        validUntil: instant.optional(),
      }),
    )
    .min(1)
    .max(50),
});
const withdrawn = z.strictObject({ requestId, reason: text(2000).optional() });

/**
 * What a privacy portal or a CRM tells of people who ask. It opens and takes back; who asks is made sure of here, by a
 * person, because a mistake of another system would give somebody's calls away.
 */
export const REQUEST_EVENTS: readonly EventType[] = [
  defineEventType({
    type: 'request.opened',
    schema: opened,
    objectOf: (data) => data.requestId,
    handle: takeRequest,
  }),
  defineEventType({
    type: 'request.withdrawn',
    schema: withdrawn,
    objectOf: (data) => data.requestId,
    handle: takeBack,
  }),
];

/** One that was withdrawn before we heard of its opening is not opened; told again, it is opened once. */
async function takeRequest(
  context: EventContext,
  event: InboundEvent<z.output<typeof opened>>,
): Promise<void> {
  const { tx, tenantId, now, newId, packs } = context;
  const { data, connectionId, occurredAt } = event;
  if (isOldNews(context, event)) return;
  if ((await findRequestOf(tx, connectionId, data.requestId)) !== undefined) return;
  const at = (given: string | undefined) => (given === undefined ? null : new Date(given).toISOString());
  const received = data.receivedAt === undefined ? occurredAt : new Date(data.receivedAt);
  await openRequest(tx, { tenantId, person: null, now, newId }, await packs.current(tx), {
    id: event.id,
    kind: data.kind,
    person: data.person,
    contact: data.contact ?? null,
    places: data.places,
    source: 'event',
    toldBy: { connectionId, externalId: data.requestId },
    receivedAt: new Date(Math.min(received.getTime(), now.getTime())),
    identifiers: data.identifiers.map(({ kind, value, validFrom, validUntil }) => ({
      kind,
      value,
      validFrom: at(validFrom),
      validUntil: at(validUntil),
    })),
  });
}

/** What is being carried out cannot be taken back: then the event is refused, and says so. */
async function takeBack(
  context: EventContext,
  event: InboundEvent<z.output<typeof withdrawn>>,
): Promise<void> {
  const { tx, tenantId, now, newId } = context;
  const { data, connectionId, connection } = event;
  const found = await findRequestOf(tx, connectionId, data.requestId);
  if (found === undefined || found.endedAt !== null || isOldNews(context, event)) return;
  const reason = data.reason ?? `Taken back, as ${connection} tells.`;
  await withdrawRequest(tx, { tenantId, now, newId, connectionId }, found.id, reason);
}
