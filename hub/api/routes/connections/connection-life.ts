import { z } from 'zod';
import type { ConnectionRow } from '../../../../recorder-core/records/connections.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readAllHealth, readHealth } from '../../../connections/connection-health.ts';
import { goLive, pauseConnection, resumeConnection } from '../../../connections/move-connection.ts';
import { planRemoval, removeConnection } from '../../../connections/remove-connection.ts';
import type { Asking } from '../../../identity/asking.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  connectionDetail,
  connectionHealth,
  connectionPulse,
  removal,
  removalPlan,
} from '../../schemas/connection.ts';
import { id } from '../../schemas/primitives.ts';
import { presentHealth, presentPulse } from './present-health.ts';
import { presentDetail } from './present-connection.ts';

type Move = (tx: Tx, asking: Asking, connectionId: string) => Promise<ConnectionRow>;

const moveTo = (verb: string, summary: string, move: Move) =>
  defineEndpoint({
    method: 'post',
    path: `/connections/:id/${verb}`,
    summary,
    act: 'connection.manage',
    params: z.object({ id }),
    response: connectionDetail,
    handle: async ({ params, tx, ...calling }) =>
      presentDetail(tx, await move(tx, askingOf(calling), params.id), calling),
  });

const health = defineEndpoint({
  method: 'get',
  path: '/connections/:id/health',
  summary: 'Tells how a connection is, without asking the remote system.',
  act: 'connection.read',
  params: z.object({ id }),
  response: connectionHealth,
  handle: async ({ params, tx, now }) => presentHealth(await readHealth(tx, params.id, now)),
});

const allHealth = defineEndpoint({
  method: 'get',
  path: '/connection-health',
  summary: 'Tells how each connection is that was not removed, without asking the remote systems.',
  act: 'connection.read',
  response: z.object({ items: z.array(connectionPulse) }),
  handle: async ({ tx, now }) => ({ items: (await readAllHealth(tx, now)).map(presentPulse) }),
});

const planOne = defineEndpoint({
  method: 'get',
  path: '/connections/:id/removal',
  summary: 'Tells what removing a connection would leave in the remote system.',
  act: 'connection.manage',
  params: z.object({ id }),
  response: removalPlan,
  handle: ({ params, tx }) => planRemoval(tx, params.id),
});

const removeOne = defineEndpoint({
  method: 'post',
  path: '/connections/:id/remove',
  summary: 'Removes a connection, and has what the remote system has withdrawn or kept.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: removal,
  response: connectionDetail,
  handle: async ({ params, body, tx, ...calling }) =>
    presentDetail(tx, await removeConnection(tx, askingOf(calling), params.id, body), calling),
});

/** The life of a connection, from going live to its end. */
export const connectionLife: readonly Endpoint[] = [
  moveTo('go-live', 'Makes a draft live; refused while a required check does not stand.', goLive),
  moveTo('pause', 'Pauses a live connection: it is sent nothing and takes no events.', pauseConnection),
  moveTo('resume', 'Resumes a paused connection.', resumeConnection),
  health,
  allHealth,
  planOne,
  removeOne,
];
