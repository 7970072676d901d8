import { z } from 'zod';
import { listAccessAlerts, readAccessRules } from '../../../../recorder-core/records/access-watch.ts';
import { setAccessRules } from '../../../incidents/access-rules.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { accessAlert, accessRules } from '../../schemas/access-alert.ts';

const MOST = 200;

/** Unusual use of access: what was found, and what a tenant holds for unusual. */
export const accessAlerts: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/access-alerts',
    summary: 'The youngest alerts of unusual access, each with its incident.',
    act: 'incident.read',
    response: z.object({ items: z.array(accessAlert) }),
    async handle({ tx }) {
      const found = await listAccessAlerts(tx, MOST);
      return {
        items: found.map(({ userId, userName, from, to, raisedAt, ...alert }) => ({
          ...alert,
          person: { id: userId, name: userName },
          from: from.toISOString(),
          to: to.toISOString(),
          raisedAt: raisedAt.toISOString(),
        })),
      };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/access-rules',
    summary: 'What the tenant holds for unusual use of access.',
    act: 'incident.read',
    response: accessRules,
    handle: async ({ tx }) => presentRules(await readAccessRules(tx)),
  }),
  defineEndpoint({
    method: 'post',
    path: '/access-rules',
    summary: 'Sets what the tenant holds for unusual, for all that happens from now on.',
    act: 'incident.manage',
    body: accessRules,
    response: accessRules,
    async handle({ body, tx, ...calling }) {
      await setAccessRules(tx, askingOf(calling), body);
      return presentRules(await readAccessRules(tx));
    },
  }),
];

function presentRules({
  bulk,
  hours,
  newCountry,
  quietHours,
}: Awaited<ReturnType<typeof readAccessRules>>): z.input<typeof accessRules> {
  return { bulk, hours: hours && { ...hours, days: [...hours.days] }, newCountry, quietHours };
}
