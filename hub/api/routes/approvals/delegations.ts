import { z } from 'zod';
import { listDelegations, type Delegation } from '../../../../recorder-core/records/delegations.ts';
import { delegate, endDelegation } from '../../../approvals/delegate.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { delegateBody, delegation } from '../../schemas/approval.ts';
import { id } from '../../schemas/primitives.ts';

const response = z.object({ items: z.array(delegation) });

function present(found: Delegation, personId: string): z.input<typeof delegation> {
  const { fromAt, untilAt, reason } = found;
  return {
    id: found.id,
    from: found.from.name,
    to: found.to.name,
    given: found.from.id === personId,
    fromAt,
    untilAt,
    reason,
  };
}

/** Rights to decide that the caller lent or was lent. */
export const delegations = [
  defineEndpoint({
    method: 'get',
    path: '/delegations',
    summary: 'Lists the rights to decide that the caller has lent or was lent, in force or to come.',
    act: undefined,
    response,
    async handle({ tx, identity: { user }, now }) {
      const found = await listDelegations(tx, { now: now.toISOString(), personId: user.id });
      return { items: found.map((each) => present(each, user.id)) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/delegations',
    summary: "Lends the caller's own right to decide to another person, for 90 days at most.",
    act: 'approval.decide',
    body: delegateBody,
    response: delegation,
    status: 201,
    async handle({ body, tx, identity, services, now }) {
      const given = await delegate(tx, askingOf({ identity, services, now }), {
        to: body.to,
        from: body.fromAt === undefined ? now : new Date(body.fromAt),
        until: new Date(body.untilAt),
        reason: body.reason,
      });
      return present(given, identity.user.id);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/delegations/:id/end',
    summary: 'Takes a lent right back, by who lent it or who has it.',
    act: undefined,
    params: z.object({ id }),
    body: z.strictObject({}),
    response,
    async handle({ params, tx, identity, services, now }) {
      await endDelegation(tx, askingOf({ identity, services, now }), params.id);
      const found = await listDelegations(tx, { now: now.toISOString(), personId: identity.user.id });
      return { items: found.map((each) => present(each, identity.user.id)) };
    },
  }),
];
