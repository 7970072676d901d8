import { defineEndpoint } from '../../endpoint.ts';
import { accessLogPage, accessLogQuery } from '../../schemas/access-log.ts';
import { presentAccess, searchAccesses } from './search-accesses.ts';

export const accessLog = defineEndpoint({
  method: 'get',
  path: '/access-log',
  summary:
    'Who asked for what, allowed or refused, by which policies, what for and by what means; youngest first.',
  act: 'ledger.read',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: accessLogQuery,
  response: accessLogPage,
  async handle({ query: { limit, ...asked }, tx, identity }) {
    const found = await searchAccesses(tx, identity, asked, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      entries: shown.map(presentAccess),
      ...(found.length > limit && last !== undefined ? { nextBefore: last.index } : {}),
    };
  },
});
