import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { listNotices } from '../../../../recorder-core/records/custodian-notices.ts';
import { listReleases } from '../../../../recorder-core/records/hold-releases.ts';
import { newestSpreads } from '../../../../recorder-core/records/hold-spreads.ts';
import { listHolds } from '../../../../recorder-core/records/holds.ts';
import { findMatterById, listMatters as queryMatters } from '../../../../recorder-core/records/matters.ts';
import { decodeCursor, encodeCursor } from '../../cursor.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { matterDetail, matterListQuery, matterPage } from '../../schemas/matter.ts';
import { id } from '../../schemas/primitives.ts';
import { presentHolds } from '../holds/present-hold.ts';
import { historyOf } from '../ledger/history-of.ts';
import { presentMatter, presentNotice, presentRelease } from './present-matter.ts';

export const listMatters = defineEndpoint({
  method: 'get',
  path: '/matters',
  file: true,
  summary: 'Lists matters, newest first.',
  act: 'hold.read',
  query: matterListQuery,
  response: matterPage,
  async handle({ query: { state, cursor, limit }, tx }) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const found = await queryMatters(tx, {
      state,
      before: after === undefined ? undefined : { openedAt: after.startedAt, id: after.id },
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(presentMatter),
      ...(found.length > limit && last !== undefined
        ? { nextCursor: encodeCursor({ startedAt: last.openedAt, id: last.id }) }
        : {}),
    };
  },
});

export const readMatter = defineEndpoint({
  method: 'get',
  path: '/matters/:id',
  summary: 'One matter with its holds, releases and custodians; also for ever after it was closed.',
  act: 'hold.read',
  params: z.object({ id }),
  accesses: ({ id: matterId }) => ({ type: 'matter', id: matterId }),
  response: matterDetail,
  async handle({ params, tx, identity, now }) {
    const matter = await findMatterById(tx, params.id);
    if (matter === undefined)
      throw new HoldfastError('not_found', 'There is no matter with this id in your tenant.');
    const { id: matterId } = matter;
    return {
      ...presentMatter(matter),
      holds: await presentHolds(tx, identity, now, await listHolds(tx, { matterId })),
      releases: (await listReleases(tx, matterId)).map(presentRelease),
      notices: (await listNotices(tx, matterId)).map(presentNotice),
      progress: await newestSpreads(tx, matterId),
      history: await historyOf(tx, { type: 'matter', id: matterId }),
    };
  },
});
