import { makeHoldQuery } from '../../../../recorder-core/policy/hold-query.ts';
import { previewQuery } from '../../../../recorder-core/records/hold-preview.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { holdPreview, previewHold as body } from '../../schemas/matter.ts';

/** Whoever waits for a number; placing the hold waits for none. */
const PATIENCE_MS = 2_000;

export const previewHold = defineEndpoint({
  method: 'post',
  path: '/holds/preview',
  summary: 'Counts what a query would hold now, newest first, for two seconds; nothing is placed.',
  act: 'hold.read',
  body,
  response: holdPreview,
  async handle({ body: { query }, tx, services, now }) {
    const until = now.getTime() + PATIENCE_MS;
    const found = await previewQuery(tx, makeHoldQuery(query), () => services.now().getTime() < until);
    return { ...found, sample: [...found.sample] };
  },
});
