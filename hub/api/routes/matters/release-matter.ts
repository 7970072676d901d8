import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { protectedUntil } from '../../../../recorder-core/policy/retention-grounds.ts';
import { planRelease as plan } from '../../../../recorder-core/records/hold-preview.ts';
import { findMatterById } from '../../../../recorder-core/records/matters.ts';
import { listHolds, readHold } from '../../../../recorder-core/records/holds.ts';
import { askRelease, takeBackRelease } from '../../../../recorder-core/records/release-holds.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint, type EndpointCall } from '../../endpoint.ts';
import { release, releasePlan, withReason as body } from '../../schemas/matter.ts';
import { id } from '../../schemas/primitives.ts';
import { presentRelease } from './present-matter.ts';

const params = z.object({ id });
const accesses = ({ id: matterId }: z.output<typeof params>) => ({ type: 'matter', id: matterId });

/** On whose behalf, in what, and with what tools. */
function orderOf({
  body: { reason },
  identity,
  services,
  now,
}: Pick<EndpointCall<undefined, undefined, typeof body>, 'body' | 'identity' | 'services' | 'now'>) {
  const { newId, journal } = services;
  return {
    tools: { newId, journal, trace: carryTrace() },
    order: { tenantId: identity.tenantId, reason, by: { person: identity.user }, now },
  };
}

export const releaseMatter = defineEndpoint({
  method: 'post',
  path: '/matters/:id/release',
  summary:
    'Asks for the release of all holds of a matter, which ends it: a second person has to agree, then the grace runs.',
  act: 'hold.release',
  params,
  accesses,
  body,
  response: release,
  status: 202,
  async handle(call) {
    const { tools, order } = orderOf(call);
    return presentRelease(await askRelease(call.tx, tools, { ...order, matterId: call.params.id }));
  },
});

export const releaseHold = defineEndpoint({
  method: 'post',
  path: '/holds/:id/release',
  summary:
    'Asks for the release of one hold: a second person has to agree, then the grace runs. Other holds stay.',
  act: 'hold.release',
  params,
  body,
  response: release,
  status: 202,
  async handle(call) {
    const held = await readHold(call.tx, call.params.id);
    if (held === undefined)
      throw new HoldfastError('not_found', 'There is no hold with this id in your tenant.');
    const { tools, order } = orderOf(call);
    const wanted = { ...order, matterId: held.matterId, holdId: held.id };
    return presentRelease(await askRelease(call.tx, tools, wanted));
  },
});

export const takeBack = defineEndpoint({
  method: 'post',
  path: '/matters/:id/releases/:releaseId/take-back',
  summary: 'Takes a release back while it waits or is in its grace: the holds are in force as before.',
  act: 'hold.place',
  params: z.object({ id, releaseId: id }),
  body,
  response: release,
  async handle(call) {
    const { tools, order } = orderOf(call);
    const { id: matterId, releaseId } = call.params;
    return presentRelease(await takeBackRelease(call.tx, tools, { ...order, matterId, releaseId }));
  },
});

export const planRelease = defineEndpoint({
  method: 'get',
  path: '/matters/:id/release-plan',
  summary: 'What would become due if the holds of the matter were released now; nothing is changed.',
  act: 'hold.read',
  params,
  accesses,
  response: releasePlan,
  async handle({ params: { id: matterId }, tx, services, now }) {
    if ((await findMatterById(tx, matterId)) === undefined)
      throw new HoldfastError('not_found', 'There is no matter with this id in your tenant.');
    const { pack } = await services.packs.current(tx);
    const holds = await listHolds(tx, { matterId });
    const hold = { id: matterId, kind: 'legal', releasedAt: now.toISOString() };
    const graceEndsAt = new Date(protectedUntil(hold, pack)).toISOString();
    const inForce = holds.filter(({ releasedAt }) => releasedAt === null).map((each) => each.id);
    const planned = await plan(tx, inForce, graceEndsAt);
    return { graceEndsAt, ...planned, sample: [...planned.sample] };
  },
});
