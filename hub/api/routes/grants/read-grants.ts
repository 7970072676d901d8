import { z } from 'zod';
import { isGrantLive } from '../../../../recorder-core/policy/grant-state.ts';
import { listGrants, readGrant } from '../../../../recorder-core/records/access-grants.ts';
import { listTouchedUnder } from '../../../../recorder-core/records/touched-under.ts';
import { isOwnGrant } from '../../../grants/revoke-grant.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { requireAct } from '../../require-identity.ts';
import { grantDetail, grantList, grantReport } from '../../schemas/grant.ts';
import { id } from '../../schemas/primitives.ts';
import { noSuchGrant, presentGrant, presentGrants } from './present-grant.ts';

const DAY_MS = 86_400_000;
const SOON_MS = 3 * DAY_MS;

/** Reading grants: one's own, everybody's, one with what was touched under it, and the reports. */
export const readingGrants = [
  defineEndpoint({
    method: 'get',
    path: '/grants/mine',
    summary:
      "Lists the caller's own grants, those to their groups, and those they asked for; the newest first.",
    act: undefined,
    response: grantList,
    async handle({ tx, identity: { user, groups }, now }) {
      const found = await listGrants(tx, { of: { userId: user.id, groups }, now: now.toISOString() });
      return { items: await presentGrants(tx, found, { personId: user.id, now }) };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/grants',
    summary:
      'Lists grants: with open=true those that wait or are in force, that end first before others; at most 500.',
    act: 'grant.read',
    query: z.strictObject({ open: z.stringbool().optional() }),
    response: grantList,
    async handle({ query: { open }, tx, identity: { user }, now }) {
      const filter = open === undefined ? {} : { open };
      const found = await listGrants(tx, { ...filter, now: now.toISOString() });
      return { items: await presentGrants(tx, found, { personId: user.id, now }) };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/grants/report',
    summary: 'Who has what until when, what ends soon, what nobody uses, and emergencies without a review.',
    act: 'grant.read',
    response: grantReport,
    async handle({ tx, identity: { user }, now }) {
      const reader = { personId: user.id, now };
      const at = now.getTime();
      const open = await listGrants(tx, { open: true, now: now.toISOString() });
      const live = await presentGrants(
        tx,
        open.filter((each) => isGrantLive(each, at)),
        reader,
      );
      const all = await presentGrants(tx, await listGrants(tx, { now: now.toISOString() }), reader);
      return {
        live,
        endingSoon: live.filter(({ untilAt }) => Date.parse(untilAt) - at <= SOON_MS),
        unused: live.filter(({ uses, decidedAt, kind }) => {
          const givenMs = Date.parse(decidedAt ?? '');
          return kind === 'request' && uses === 0 && at - givenMs > DAY_MS;
        }),
        waitingReview: all.filter(({ review }) => review === 'open'),
      };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/grants/:id',
    summary:
      'One grant with what was touched under it: for whoever has or asked for it, and for readers of grants.',
    act: undefined,
    params: z.object({ id }),
    response: grantDetail,
    async handle({ params, tx, identity, services, now }) {
      const found = await readGrant(tx, params.id);
      if (found === undefined) throw noSuchGrant();
      const { user } = identity;
      if (!isOwnGrant(found, user.id))
        await requireAct(identity, 'grant.read', services, now, { type: 'grant', id: params.id });
      const touched = await listTouchedUnder(tx, found, now);
      return {
        ...(await presentGrant(tx, params.id, { personId: user.id, now })),
        touched: touched.map((each) => ({ ...each, rules: [...each.rules] })),
      };
    },
  }),
];
