import { z } from 'zod';
import { listDeadLetterGroups, MOST_MOVED } from '../../../../recorder-core/records/dead-letters.ts';
import { correctAll, discard, MOST_CORRECTED, replay } from '../../../deliveries/act-on-dead-letters.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  actedUpon,
  deadLetterGroup,
  discardBody,
  groupCorrectionBody,
  replayBody,
} from '../../schemas/delivery.ts';
import { id } from '../../schemas/primitives.ts';

/** Groups shown at once; more causes than these are one cause. */
const MOST_GROUPS = 500;

/** What failed for good, by its cause. */
export const deadLetters: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/dead-letters',
    summary: 'Groups what failed for good by its cause, the largest groups first, at most 500.',
    act: 'connection.read',
    query: z.strictObject({ connectionId: id.optional() }),
    response: z.object({ items: z.array(deadLetterGroup) }),
    handle: async ({ query, tx }) => ({
      items: await listDeadLetterGroups(tx, query.connectionId ?? null, MOST_GROUPS),
    }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/dead-letters/replay',
    summary: `Sends a group of dead letters, or some, again, up to ${MOST_MOVED} at once; what is sent is made anew from what it is about.`,
    act: 'connection.manage',
    body: replayBody,
    response: actedUpon,
    status: 202,
    async handle({ body: { version, ...choice }, tx, ...calling }) {
      return { count: await replay(tx, askingOf(calling), choice, version) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/dead-letters/correct',
    summary: `Sends dead letters of one cause again with the same mapped fields set by hand, up to ${MOST_CORRECTED} at once.`,
    act: 'connection.manage',
    body: groupCorrectionBody,
    response: actedUpon,
    status: 202,
    async handle({ body: { fields, reason, version, ...choice }, tx, ...calling }) {
      return { count: await correctAll(tx, askingOf(calling), choice, { fields, reason, version }) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/dead-letters/discard',
    summary: `Gives a group of dead letters, or some, up, ${MOST_MOVED} at once.`,
    act: 'connection.manage',
    body: discardBody,
    response: actedUpon,
    async handle({ body: { reason, ...choice }, tx, ...calling }) {
      return { count: await discard(tx, askingOf(calling), choice, reason) };
    },
  }),
];
