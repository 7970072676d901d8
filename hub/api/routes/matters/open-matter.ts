import { openMatter as open } from '../../../../recorder-core/records/open-matter.ts';
import { z } from 'zod';
import { reviewMatter as review } from '../../../../recorder-core/records/open-matter.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { matterSummary, openMatter as body, reviewMatter as reviewBody } from '../../schemas/matter.ts';
import { id } from '../../schemas/primitives.ts';
import { lockMatter } from '../../../../recorder-core/records/matters.ts';
import { takeOver } from '../../../../recorder-core/records/take-over.ts';
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

/** Whoever asks looks after the matter from here on. */
export const takeOverMatter = defineEndpoint({
  method: 'post',
  path: '/matters/:id/take-over',
  summary: 'Makes whoever asks the one who looks after a matter.',
  act: 'hold.place',
  params: z.object({ id }),
  accesses: ({ id: matterId }) => ({ type: 'matter', id: matterId }),
  response: matterSummary,
  async handle({ params, tx, identity: { tenantId, user }, now }) {
    await takeOver(tx, { type: 'matter', id: params.id }, { tenantId, person: user, now });
    return presentMatter(await lockMatter(tx, params.id));
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
