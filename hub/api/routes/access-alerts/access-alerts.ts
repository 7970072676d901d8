import { z } from 'zod';
import { listAccessAlerts } from '../../../../recorder-core/records/access-alerts.ts';
import { readAccessRules } from '../../../../recorder-core/records/access-watch.ts';
import { setAccessRules } from '../../../incidents/access-rules.ts';
import { acknowledgeAlert } from '../../../incidents/acknowledge-alert.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  accessAlert,
  accessAlertDetail,
  accessAlertQuery,
  accessRules,
  acknowledgeAlertBody,
} from '../../schemas/access-alert.ts';
import { id } from '../../schemas/primitives.ts';
import { presentAlert, readAlertDetail } from './present-alert.ts';

const MOST = 200;
const params = z.object({ id });

/** Unusual use of access: what was found, and what a tenant holds for unusual. */
export const accessAlerts: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/access-alerts',
    summary: 'The youngest alerts of unusual access, at most 200, each with its incident.',
    act: 'incident.read',
    query: accessAlertQuery,
    response: z.object({ items: z.array(accessAlert) }),
    async handle({ query: { kind, acknowledged, person }, tx, identity }) {
      const found = await listAccessAlerts(tx, MOST, { kind, acknowledged, userId: person });
      return { items: found.map((each) => presentAlert(each, identity.user.id)) };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/access-alerts/:id',
    summary: 'One alert with what was touched, as far as the caller may see it.',
    act: 'incident.read',
    params,
    response: accessAlertDetail,
    handle: ({ params: { id: alertId }, tx, identity, now }) => readAlertDetail(tx, alertId, identity, now),
  }),
  defineEndpoint({
    method: 'post',
    path: '/access-alerts/:id/acknowledge',
    summary: 'Takes note of an alert and says what came of looking into it; never whom it is about.',
    act: 'incident.manage',
    params,
    body: acknowledgeAlertBody,
    response: accessAlertDetail,
    async handle({ params: { id: alertId }, body: { reason }, tx, ...calling }) {
      await acknowledgeAlert(tx, askingOf(calling), alertId, reason);
      return readAlertDetail(tx, alertId, calling.identity, calling.now);
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
