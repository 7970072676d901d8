import { z } from 'zod';
import {
  listComparisons,
  type ConnectionComparison as Row,
} from '../../../../recorder-core/records/connection-comparisons.ts';
import { askComparison } from '../../../connections/ask-comparison.ts';
import { requireConnection } from '../../../connections/find-connection.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { connectionComparison, type ConnectionComparison } from '../../schemas/connection-comparison.ts';
import { id } from '../../schemas/primitives.ts';

const SHOWN = 20;

const compare = defineEndpoint({
  method: 'post',
  path: '/connections/:id/comparisons',
  summary:
    'Holds what the remote system has against what it is to have; with `repairs` what differs is put right, with `rebuilds` a new copy is filled and put in its place.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: z.strictObject({ repairs: z.boolean().default(false), rebuilds: z.boolean().default(false) }),
  response: connectionComparison,
  status: 201,
  handle: async ({ params, body, tx, ...calling }) =>
    present(await askComparison(tx, askingOf(calling), params.id, body)),
});

const list = defineEndpoint({
  method: 'get',
  path: '/connections/:id/comparisons',
  summary: 'Lists the last comparisons of a connection, newest first.',
  act: 'connection.read',
  params: z.object({ id }),
  response: z.object({ items: z.array(connectionComparison) }),
  async handle({ params, tx }) {
    await requireConnection(tx, params.id);
    return { items: (await listComparisons(tx, params.id, SHOWN)).map(present) };
  },
});

/** Comparisons of what connected systems hold. */
export const comparisons: readonly Endpoint[] = [compare, list];

function present({ examples, ...row }: Row): ConnectionComparison {
  return {
    ...row,
    examples:
      examples === null
        ? null
        : Object.fromEntries(Object.entries(examples).map(([finding, ids]) => [finding, [...ids]])),
  };
}
