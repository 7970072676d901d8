import { z } from 'zod';
import { listBackfills } from '../../../../recorder-core/records/backfills.ts';
import {
  moveBackfillBy,
  requireBackfill,
  startBackfill,
  type BackfillMove,
} from '../../../deliveries/back-fill.ts';
import { requireConnection } from '../../../connections/find-connection.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { backfill, newBackfill } from '../../schemas/delivery.ts';
import { id } from '../../schemas/primitives.ts';

const params = z.object({ id });

const moveTo = (move: BackfillMove, summary: string) =>
  defineEndpoint({
    method: 'post',
    path: `/backfills/:id/${move}`,
    summary,
    act: 'connection.manage',
    params,
    response: backfill,
    handle: ({ params: { id: backfillId }, tx, ...calling }) =>
      moveBackfillBy(tx, askingOf(calling), backfillId, move),
  });

/** Older recordings for connections. */
export const backfills: readonly Endpoint[] = [
  defineEndpoint({
    method: 'post',
    path: '/connections/:id/backfills',
    summary: 'Begins to tell a connection of older recordings, on a share of its budget.',
    act: 'connection.manage',
    params,
    body: newBackfill,
    response: backfill,
    status: 201,
    handle: ({ params: { id: connectionId }, body, tx, ...calling }) =>
      startBackfill(tx, askingOf(calling), connectionId, body),
  }),
  defineEndpoint({
    method: 'get',
    path: '/connections/:id/backfills',
    summary: 'Lists the back-fills of a connection, newest first, at most 100.',
    act: 'connection.read',
    params,
    response: z.object({ items: z.array(backfill) }),
    async handle({ params: { id: connectionId }, tx }) {
      await requireConnection(tx, connectionId);
      return { items: await listBackfills(tx, { connectionId }) };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/backfills/:id',
    summary: 'Tells how far a back-fill has come.',
    act: 'connection.read',
    params,
    response: backfill,
    handle: ({ params: { id: backfillId }, tx }) => requireBackfill(tx, backfillId),
  }),
  moveTo('pause', 'Pauses a back-fill; what is under way is still sent.'),
  moveTo('resume', 'Resumes a paused back-fill.'),
  moveTo('cancel', 'Cancels a back-fill, and what still waits of it.'),
];
