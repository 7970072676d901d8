import { allowedRecordings } from '../../../access/allowed-recordings.ts';
import { keepAllowed } from '../../../../recorder-core/records/keep-allowed.ts';
import { makeHoldQuery } from '../../../../recorder-core/policy/hold-query.ts';
import { previewQuery } from '../../../../recorder-core/records/hold-preview.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { holdPreview, previewHold as body } from '../../schemas/matter.ts';

/** Whoever waits for a number; placing the hold waits for none. */
const PATIENCE_MS = 2_000;

export const previewHold = defineEndpoint({
  method: 'post',
  path: '/holds/preview',
  summary:
    'Counts what a query would hold now, newest first, for two seconds, and names some the caller may see; nothing is placed.',
  act: 'hold.read',
  body,
  response: holdPreview,
  async handle({ body: { query }, tx, identity, services, now }) {
    const until = now.getTime() + PATIENCE_MS;
    const found = await previewQuery(tx, makeHoldQuery(query), () => services.now().getTime() < until);
    // A hold keeps what its query reaches, whoever may see it: all are counted, and those the caller may see are named.
    const allowed = await allowedRecordings(tx, identity, now);
    return { ...found, sample: await keepAllowed(tx, found.sample, allowed) };
  },
});
