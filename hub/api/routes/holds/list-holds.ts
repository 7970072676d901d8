import { z } from 'zod';
import { listHolds as queryHolds } from '../../../../recorder-core/records/holds.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { hold } from '../../schemas/hold.ts';
import { id } from '../../schemas/primitives.ts';
import { presentHolds } from './present-hold.ts';

export const listHolds = defineEndpoint({
  method: 'get',
  path: '/holds',
  summary:
    'Lists holds, newest first; with `recordingId`, those on one recording; with `matterId`, those of one matter.',
  act: 'hold.read',
  query: z.strictObject({ recordingId: id.optional(), matterId: id.optional() }),
  response: z.object({ items: z.array(hold) }),
  async handle({ query, tx, identity, now }) {
    return { items: await presentHolds(tx, identity, now, await queryHolds(tx, query)) };
  },
});
