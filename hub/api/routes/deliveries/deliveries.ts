import { z } from 'zod';
import { readAttempts } from '../../../../recorder-core/records/delivery-attempts.ts';
import {
  readDeliveryHealth,
  type DeliveryHealth,
} from '../../../../recorder-core/records/delivery-queues.ts';
import { listDeliveryRuns } from '../../../../recorder-core/records/delivery-runs.ts';
import { listDeliveries, type StoredDelivery } from '../../../../recorder-core/records/list-deliveries.ts';
import { compareVersions } from '../../../connections/compare-versions.ts';
import { linksUnder } from '../../../connections/records-to-try.ts';
import { correct } from '../../../deliveries/act-on-dead-letters.ts';
import { requireDelivery } from '../../../deliveries/require-delivery.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  comparedVersions,
  correctionBody,
  delivery,
  deliveryDetail,
  deliveryHealth,
  deliveryQuery,
  deliveryRun,
  runQuery,
} from '../../schemas/delivery.ts';
import { id, page } from '../../schemas/primitives.ts';

const params = z.object({ id });

/** What connections are told, one by one and as queues. */
export const deliveries: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/deliveries',
    file: true,
    summary:
      'Lists deliveries, the youngest first; for example those of one recording, or the dead ones of a connection.',
    act: 'connection.read',
    query: deliveryQuery,
    response: page(delivery),
    async handle({ query: { cursor, limit, from, until, attemptedAt, ...filter }, tx }) {
      const times = { from: dateOf(from), until: dateOf(until), attemptedAt: dateOf(attemptedAt) };
      const found = await listDeliveries(tx, { ...filter, ...times, before: cursor, limit: limit + 1 });
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(present),
        ...(found.length > limit && last !== undefined && { nextCursor: last.id }),
      };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/deliveries/:id',
    summary: 'One delivery with its attempts.',
    act: 'connection.read',
    params,
    response: deliveryDetail,
    async handle({ params: { id: deliveryId }, tx }) {
      const found = await requireDelivery(tx, deliveryId);
      return { ...present(found), tries: await readAttempts(tx, deliveryId) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/deliveries/:id/correct',
    summary: 'Sends a dead letter again with some of its mapped fields set by hand, this once.',
    act: 'connection.manage',
    params,
    body: correctionBody,
    response: delivery,
    status: 202,
    async handle({ params: { id: deliveryId }, body, tx, ...calling }) {
      await correct(tx, askingOf(calling), deliveryId, body);
      return present(await requireDelivery(tx, deliveryId));
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/deliveries/:id/compare',
    summary:
      'Shows what a delivery would carry by the version it was first tried with and by the current one; nothing is sent.',
    act: 'connection.manage',
    params,
    response: comparedVersions,
    remote: true,
    handle: ({ params: { id: deliveryId }, tx: _tx, ...calling }) =>
      Promise.resolve(async () => {
        const { db, exports, reshape } = calling.services;
        const deps = { db, ...(reshape !== undefined && { reshape }), links: linksUnder(exports.publicUrl) };
        const { fields, ...versions } = await compareVersions(deps, askingOf(calling), deliveryId);
        return { ...versions, fields: [...fields] };
      }),
  }),
  defineEndpoint({
    method: 'get',
    path: '/delivery-runs',
    summary: 'Lists calls to connections, the newest first: what was sent together, and what became of it.',
    act: 'connection.read',
    query: runQuery,
    response: z.object({ items: z.array(deliveryRun) }),
    handle: async ({ query: { from, before, failed, ...filter }, tx }) => ({
      items: await listDeliveryRuns(tx, {
        ...filter,
        failed: failed === 'true',
        from: dateOf(from),
        before: dateOf(before),
      }),
    }),
  }),
  defineEndpoint({
    method: 'get',
    path: '/delivery-queues',
    summary: 'Tells of every connection what waits, since when, what failed and when it last took something.',
    act: 'connection.read',
    response: z.object({ items: z.array(deliveryHealth) }),
    handle: async ({ tx, now }) => ({
      items: (await readDeliveryHealth(tx, now)).map((one) => presentHealth(one, now)),
    }),
  }),
];

function dateOf(instant: string | undefined): Date | undefined {
  return instant === undefined ? undefined : new Date(instant);
}

function present({ correctedFields, ...found }: StoredDelivery): z.input<typeof delivery> {
  return { ...found, correctedFields: [...correctedFields] };
}

function presentHealth(health: DeliveryHealth, now: Date): z.input<typeof deliveryHealth> {
  const { oldestQueuedAt, attempts, failed } = health;
  return {
    ...health,
    lagMs: oldestQueuedAt === null ? null : Math.max(0, now.getTime() - Date.parse(oldestQueuedAt)),
    errorRate: attempts === 0 ? null : failed / attempts,
  };
}
