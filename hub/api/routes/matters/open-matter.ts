import { openMatter as open } from '../../../../recorder-core/records/open-matter.ts';
import { z } from 'zod';
import { reviewMatter as review } from '../../../../recorder-core/records/open-matter.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { matterSummary, openMatter as body, reviewMatter as reviewBody } from '../../schemas/matter.ts';
import { id } from '../../schemas/primitives.ts';
import { presentMatter } from './present-matter.ts';

export const openMatter = defineEndpoint({
  method: 'post',
  path: '/matters',
  summary: 'Opens a matter; its holds are placed afterwards.',
  act: 'hold.place',
  body,
  response: matterSummary,
  status: 201,
  async handle({ body: asked, tx, identity, services, now }) {
    const tools = { newId: services.newId, trace: carryTrace() };
    return presentMatter(
      await open(tx, tools, { ...asked, tenantId: identity.tenantId, by: { person: identity.user }, now }),
    );
  },
});

export const reviewMatter = defineEndpoint({
  method: 'post',
  path: '/matters/:id/review',
  summary: 'Notes that somebody asked whether the matter is still needed, and when to ask again.',
  act: 'hold.place',
  params: z.object({ id }),
  accesses: ({ id: matterId }) => ({ type: 'matter', id: matterId }),
  body: reviewBody,
  response: matterSummary,
  async handle({ params, body: asked, tx, identity, services, now }) {
    const tools = { newId: services.newId, trace: carryTrace() };
    const { tenantId, user } = identity;
    return presentMatter(
      await review(tx, tools, { ...asked, tenantId, matterId: params.id, person: user, now }),
    );
  },
});
