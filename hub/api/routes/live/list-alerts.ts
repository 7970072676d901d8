import { z } from 'zod';
import { listAlerts as queryAlerts } from '../../../../recorder-core/records/recorder-alerts.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recorderAlert } from '../../schemas/live.ts';

export const listAlerts = defineEndpoint({
  method: 'get',
  path: '/alerts',
  summary: 'Lists alerts that stand, then those of the last day, newest first.',
  act: 'live.read',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  response: z.object({ items: z.array(recorderAlert) }),
  async handle({ query, tx }) {
    return { items: await queryAlerts(tx, query.limit) };
  },
});
