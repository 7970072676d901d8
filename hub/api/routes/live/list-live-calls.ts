import { z } from 'zod';
import { listLiveCalls as queryCalls } from '../../../../recorder-core/records/live-calls.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { liveCall } from '../../schemas/live.ts';
import { presentCall } from './present-live.ts';

export const listLiveCalls = defineEndpoint({
  method: 'get',
  path: '/live-calls',
  summary: 'Lists calls in progress, those with alerts first; quality and alerts, no names or numbers.',
  act: 'live.read',
  response: z.object({ items: z.array(liveCall) }),
  async handle({ tx }) {
    return { items: (await queryCalls(tx)).map(presentCall) };
  },
});
