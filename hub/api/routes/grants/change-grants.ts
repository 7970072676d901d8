import { z } from 'zod';
import { makeHoldQuery } from '../../../../recorder-core/policy/hold-query.ts';
import { readGrant } from '../../../../recorder-core/records/access-grants.ts';
import { breakGlass, requireProofWherePossible } from '../../../grants/break-glass.ts';
import { requestGrant, type GrantWish } from '../../../grants/request-grant.ts';
import { isOwnGrant, revokeGrant } from '../../../grants/revoke-grant.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { requireAct } from '../../require-identity.ts';
import {
  breakGlassBody,
  grant,
  requestGrantBody,
  requestGrantForBody,
  revokeGrantBody,
} from '../../schemas/grant.ts';
import { id } from '../../schemas/primitives.ts';
import { noSuchGrant, presentGrant } from './present-grant.ts';

/** Asking for grants, ending them, and taking an emergency right. */
export const changingGrants = [
  defineEndpoint({
    method: 'post',
    path: '/grants',
    summary: 'Asks for a grant for oneself; a second person decides.',
    act: 'grant.request',
    body: requestGrantBody,
    response: grant,
    status: 201,
    async handle({ body, tx, identity, services, now }) {
      const asking = askingOf({ identity, services, now });
      const made = await requestGrant(tx, asking, services.grants, wishOf(body));
      return presentGrant(tx, made, { personId: identity.user.id, now });
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/grants/for',
    summary:
      'Asks for a grant for somebody else or for a group; a second person decides, and none whom it is for.',
    act: 'grant.manage',
    body: requestGrantForBody,
    response: grant,
    status: 201,
    async handle({ body: { to, ...body }, tx, identity, services, now }) {
      const asking = askingOf({ identity, services, now });
      const made = await requestGrant(tx, asking, services.grants, { ...wishOf(body), to });
      return presentGrant(tx, made, { personId: identity.user.id, now });
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/grants/:id/revoke',
    summary: 'Ends a grant or the request for it: by whoever has or asked for it, or who manages grants.',
    act: undefined,
    params: z.object({ id }),
    body: revokeGrantBody,
    response: grant,
    async handle({ params, body, tx, identity, services, now }) {
      const found = await readGrant(tx, params.id);
      if (found === undefined) throw noSuchGrant();
      const personId = identity.user.id;
      if (!isOwnGrant(found, personId))
        await requireAct(identity, 'grant.manage', services, now, { type: 'grant', id: params.id });
      await revokeGrant(tx, askingOf({ identity, services, now }), params.id, body.reason);
      return presentGrant(tx, params.id, { personId, now });
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/break-glass',
    summary:
      'Takes the right to list, read and play every recording for an hour at most; it alerts, and is reviewed.',
    act: 'break-glass.use',
    body: breakGlassBody,
    response: grant,
    status: 201,
    async handle({ body, tx, identity, services, now }) {
      await requireProofWherePossible(tx, identity, identity.user.id, now);
      const made = await breakGlass(tx, askingOf({ identity, services, now }), body);
      return presentGrant(tx, made.id, { personId: identity.user.id, now });
    },
  }),
];

function wishOf({ scope, fromAt, untilAt, ...rest }: z.output<typeof requestGrantBody>): GrantWish {
  return {
    ...rest,
    scope: scope.kind === 'query' ? { kind: 'query', query: makeHoldQuery(scope.query) } : scope,
    from: fromAt === undefined ? undefined : new Date(fromAt),
    until: new Date(untilAt),
  };
}
