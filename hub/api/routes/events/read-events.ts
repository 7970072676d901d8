import { z } from 'zod';
import { listEvents as query, EVENT_STATES } from '../../../../recorder-core/records/inbound-events.ts';
import { repeatEvent } from '../../../webhooks/repeat-event.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { inboundEvent } from '../../schemas/connection.ts';
import { id } from '../../schemas/primitives.ts';

const listEvents = defineEndpoint({
  method: 'get',
  path: '/events',
  summary: 'Lists the newest events of other systems, at most 200; never what they said.',
  act: 'event.read',
  query: z.strictObject({ state: z.enum(EVENT_STATES).optional(), connectionId: id.optional() }),
  response: z.object({ items: z.array(inboundEvent) }),
  async handle({ query: filter, tx }) {
    const rows = await query(tx, filter, 200);
    return {
      items: rows.map(({ bodySha256, occurredAt, receivedAt, settledAt, ...row }) => ({
        ...row,
        bodySha256: bodySha256.toString('hex'),
        occurredAt: occurredAt.toISOString(),
        receivedAt: receivedAt.toISOString(),
        settledAt: settledAt?.toISOString() ?? null,
      })),
    };
  },
});

const processAgain = defineEndpoint({
  method: 'post',
  path: '/events/:id/process',
  summary: 'Has an event processed again that was refused or failed.',
  act: 'connection.manage',
  params: z.object({ id }),
  response: z.object({ id }),
  status: 202,
  async handle({ params, tx, ...calling }) {
    await repeatEvent(tx, askingOf(calling), params.id);
    return { id: params.id };
  },
});

/** Events of other systems. */
export const events: readonly Endpoint[] = [listEvents, processAgain];
