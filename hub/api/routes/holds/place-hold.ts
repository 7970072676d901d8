import { makeHoldQuery } from '../../../../recorder-core/policy/hold-query.ts';
import { placeHold as place } from '../../../../recorder-core/records/place-hold.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { hold, placeHold as body } from '../../schemas/hold.ts';
import { presentQuery } from './present-hold.ts';

/** All or nothing for named recordings: a hold on one that is gone would promise what cannot be kept. */
export const placeHold = defineEndpoint({
  method: 'post',
  path: '/holds',
  summary:
    'Places a hold on recordings, on what a query reaches, or on both; from the answer on, nothing disposes of them.',
  act: 'hold.place',
  body,
  response: hold,
  status: 201,
  async handle({ body: asked, tx, identity, services, now }) {
    const { newId, journal } = services;
    const placed = await place(
      tx,
      { newId, journal, trace: carryTrace() },
      {
        tenantId: identity.tenantId,
        matter: asked.matter,
        kind: asked.kind,
        reason: asked.reason,
        recordingIds: asked.recordingIds,
        query: asked.query === null ? null : makeHoldQuery(asked.query),
        by: { person: identity.user },
        now,
      },
    );
    const { query } = placed;
    // Whoever placed it named them.
    return {
      ...placed,
      recordingIds: [...placed.recordingIds],
      withheld: 0,
      query: query === null ? null : presentQuery(query),
    };
  },
});
