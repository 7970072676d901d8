import { z } from 'zod';
import { listEndpoints, type WebhookEndpoint } from '../../../../recorder-core/records/webhook-endpoints.ts';
import { countMessages } from '../../../../recorder-core/records/webhook-log.ts';
import { dataSchemaOf } from '../../../webhooks/out/define-event.ts';
import { EVENT_CATALOGUE } from '../../../webhooks/out/event-catalogue.ts';
import {
  addEndpoint,
  disableEndpoint,
  editEndpoint,
  enableEndpoint,
  removeEndpoint,
  findEndpoint,
  rotateEndpoint,
  testEndpoint,
} from '../../../webhooks/out/manage-endpoints.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint, type EndpointCall } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import {
  enableBody,
  endpointEdit,
  endpointSecret,
  newEndpoint,
  webhookEndpoint,
  webhookEventType,
} from '../../schemas/webhook.ts';
import { presentEndpoint } from './present-webhook.ts';

const params = z.object({ id });
type Calling = Pick<EndpointCall<undefined, undefined, undefined>, 'tx' | 'now'>;

const present = async ({ tx, now }: Calling, row: WebhookEndpoint) =>
  presentEndpoint(row, (await countMessages(tx, now, row.id)).get(row.id));

/** Endpoints of webhooks: made, changed and looked at. */
export const webhookEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/webhook-event-types',
    summary: 'Lists the types of events that other systems can be told of, with their schemas.',
    act: 'connection.read',
    response: z.object({ items: z.array(webhookEventType) }),
    handle: () =>
      Promise.resolve({
        items: EVENT_CATALOGUE.map((known) => ({
          type: known.type,
          about: known.about,
          schema: z.toJSONSchema(dataSchemaOf(known)) as Record<string, unknown>,
        })),
      }),
  }),
  defineEndpoint({
    method: 'get',
    path: '/webhooks',
    summary: 'Lists the endpoints that are told of events, without their keys.',
    act: 'connection.read',
    response: z.object({ items: z.array(webhookEndpoint) }),
    async handle({ tx, now }) {
      const counts = await countMessages(tx, now);
      return { items: (await listEndpoints(tx)).map((row) => presentEndpoint(row, counts.get(row.id))) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks',
    summary: 'Makes an endpoint that is told what happens from now on; a shared secret is shown this once.',
    act: 'connection.manage',
    body: newEndpoint,
    response: endpointSecret,
    status: 201,
    secret: true,
    async handle({ body, tx, ...calling }) {
      const made = await addEndpoint(tx, askingOf(calling), calling.services.keys, body);
      const { secret, olderUntil } = made;
      return { ...presentEndpoint(made.endpoint), secret, olderUntil };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/webhooks/:id',
    summary: 'One endpoint: its state, its public keys, and how many messages wait or have failed.',
    act: 'connection.read',
    params,
    response: webhookEndpoint,
    handle: async (call) => present(call, await findEndpoint(call.tx, call.params.id)),
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id',
    summary: 'Changes what is named of an endpoint.',
    act: 'connection.manage',
    params,
    body: endpointEdit,
    response: webhookEndpoint,
    async handle(call) {
      const { name, description, url, types } = call.body;
      const wish = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(url !== undefined && { url }),
        ...(types !== undefined && { types }),
      };
      return present(call, await editEndpoint(call.tx, askingOf(call), call.params.id, wish));
    },
  }),
  defineEndpoint({
    method: 'delete',
    path: '/webhooks/:id',
    summary: 'Removes an endpoint for good.',
    act: 'connection.manage',
    params,
    response: z.object({ removed: z.literal(true) }),
    async handle(call) {
      await removeEndpoint(call.tx, askingOf(call), call.params.id);
      return { removed: true as const };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id/rotate',
    summary: 'Gives an endpoint a new key; the one before signs besides it for a day more.',
    act: 'connection.manage',
    params,
    response: endpointSecret,
    secret: true,
    async handle(call) {
      const made = await rotateEndpoint(call.tx, askingOf(call), call.services.keys, call.params.id);
      const { secret, olderUntil } = made;
      return { ...(await present(call, made.endpoint)), secret, olderUntil };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id/disable',
    summary: 'Stops telling an endpoint anything; what it is owed waits.',
    act: 'connection.manage',
    params,
    response: webhookEndpoint,
    handle: async (call) => present(call, await disableEndpoint(call.tx, askingOf(call), call.params.id)),
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id/enable',
    summary: 'Tells an endpoint again, of what happened meanwhile as well unless that is to be skipped.',
    act: 'connection.manage',
    params,
    body: enableBody,
    response: webhookEndpoint,
    handle: async (call) =>
      present(call, await enableEndpoint(call.tx, askingOf(call), call.params.id, call.body.missed)),
  }),
  defineEndpoint({
    method: 'post',
    path: '/webhooks/:id/test',
    summary: 'Has a test event sent to an endpoint; the delivery log shows what comes of it.',
    act: 'connection.manage',
    params,
    response: z.object({ asked: z.literal(true) }),
    status: 202,
    async handle(call) {
      await testEndpoint(call.tx, askingOf(call), call.params.id);
      return { asked: true as const };
    },
  }),
];
