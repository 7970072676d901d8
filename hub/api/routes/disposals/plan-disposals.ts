import { randomInt } from 'node:crypto';
import { planDisposals as plan } from '../../../../recorder-core/records/plan-disposals.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { disposalPlan, disposalPlanQuery } from '../../schemas/disposal.ts';
import { presentSamples } from './present-samples.ts';

/** The request is answered while somebody waits: where more is due, every number is a least. */
const AT_MOST = { looked: 50_000, going: 50_000 };

export const planDisposals = defineEndpoint({
  method: 'get',
  path: '/disposals/plan',
  summary:
    'What would be disposed of at an instant, with a random sample proven against the floors. Changes nothing.',
  act: 'disposal.plan',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: disposalPlanQuery,
  response: disposalPlan,
  async handle({ query, tx, identity, services, now }) {
    const found = await plan(tx, {
      asOf: query.at === undefined ? now : new Date(query.at),
      rules: await services.packs.current(tx),
      atMost: AT_MOST,
      heldToo: true,
      sampleSize: query.sample,
      random: () => randomInt(2 ** 31) / 2 ** 31,
    });
    const [shown] = await presentSamples(tx, identity, now, [found]);
    return structuredClone(shown) as never;
  },
});
