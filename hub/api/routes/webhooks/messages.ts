import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { listMessages, readMessage } from '../../../../recorder-core/records/webhook-log.ts';
import { findEndpoint } from '../../../webhooks/out/manage-endpoints.ts';
import { renderEvent } from '../../../webhooks/out/render-event.ts';
import { recoverMessages, resendMessage } from '../../../webhooks/out/repeat-events.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import {
  messagePage,
  messageQuery,
  recoverBody,
  recovered,
  webhookMessageDetail,
} from '../../schemas/webhook.ts';
import { presentMessage } from './present-webhook.ts';

const params = z.object({ id });
const messageParams = z.object({ id, index: z.coerce.number().int().nonnegative() });

/** What endpoints were sent, and sending it again. */
export const webhookMessages: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/webhooks/:id/messages',
    summary: 'The delivery log of an endpoint, youngest events first.',
    act: 'connection.read',
    params,
    query: messageQuery,
    response: messagePage,
    async handle({ params: { id: endpointId }, query, tx }) {
      await findEndpoint(tx, endpointId);
      const { state, before, limit } = query;
      const found = await listMessages(tx, {
        endpointId,
        ...(state !== undefined && { state }),
        ...(before !== undefined && { before }),
        limit: limit + 1,
      });
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map((message) => presentMessage(message)),
        ...(found.length > limit && last !== undefined && { nextBefore: last.leafIndex }),
      };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/webhooks/:id/messages/:index',
    summary: 'One message: what is sent, and what came of each attempt.',
    act: 'connection.read',
    params: messageParams,
    response: webhookMessageDetail,
    async handle({ params: { id: endpointId, index }, tx, identity }) {
      const found = await readMessage(tx, endpointId, index);
      if (found === undefined)
        throw new HoldfastError('not_found', 'This endpoint was not told of such an event.');
      const { body, tries, ...message } = found;
      const event = renderEvent(identity.tenantId, index, message.type, body);
      return {
        ...presentMessage(message),
        event: { ...event },
        tries: tries.map(({ at, ...rest }) => ({ at: at.toISOString(), ...rest })),
      };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id/messages/:index/resend',
    summary: 'Sends one event again under its id, whatever became of it.',
    act: 'connection.manage',
    params: messageParams,
    response: z.object({ queued: z.literal(true) }),
    status: 202,
    async handle(call) {
      await resendMessage(call.tx, askingOf(call), call.params.id, call.params.index);
      return { queued: true as const };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id/recover',
    summary: 'Sends again, since a time, everything that the endpoint has not taken.',
    act: 'connection.manage',
    params,
    body: recoverBody,
    response: recovered,
    status: 202,
    async handle({ params: { id: endpointId }, body, tx, ...calling }) {
      const since = new Date(body.since);
      const done = await recoverMessages(tx, askingOf(calling), endpointId, { ...body, since });
      return { again: done.again, missing: done.missing, more: done.more };
    },
  }),
];
