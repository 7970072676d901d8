import { z } from 'zod';
import { listNodes } from '../../../../recorder-core/records/recorder-nodes.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recorderNode } from '../../schemas/live.ts';
import { presentNode } from './present-live.ts';

export const listRecorders = defineEndpoint({
  method: 'get',
  path: '/recorders',
  summary: 'Lists the recorders with their state, their calls and their last heartbeat.',
  act: 'live.read',
  response: z.object({ items: z.array(recorderNode) }),
  async handle({ tx }) {
    return { items: (await listNodes(tx)).map(presentNode) };
  },
});
