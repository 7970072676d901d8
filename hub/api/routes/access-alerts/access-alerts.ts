import { z } from 'zod';
import { listAccessAlerts } from '../../../../recorder-core/records/access-alerts.ts';
import { readWaitingAccessRules } from '../../../../recorder-core/records/access-rules-proposals.ts';
import { readAccessRules } from '../../../../recorder-core/records/access-watch.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { setAccessRules } from '../../../incidents/access-rules.ts';
import { plainRules } from '../../../incidents/put-access-rules.ts';
import { acknowledgeAlert } from '../../../incidents/acknowledge-alert.ts';
import { askingOf } from '../../asking-of.ts';
import { decodeCursor, encodeCursor } from '../../cursor.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  accessAlertDetail,
  accessAlertPage,
  accessAlertQuery,
  accessRulesBody,
  acknowledgeAlertBody,
  standingAccessRules,
} from '../../schemas/access-alert.ts';
import { id } from '../../schemas/primitives.ts';
import { presentAlert, readAlertDetail } from './present-alert.ts';

const params = z.object({ id });

/** Unusual use of access: what was found, and what a tenant holds for unusual. */
export const accessAlerts: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/access-alerts',
    summary: 'The alerts of unusual access, the youngest first, each with its incident.',
    act: 'incident.read',
    query: accessAlertQuery,
    response: accessAlertPage,
    async handle({ query: { kind, acknowledged, person, cursor, limit }, tx, identity }) {
      const place = cursor === undefined ? undefined : decodeCursor(cursor);
      const below = place && { raisedAt: new Date(place.startedAt), id: place.id };
      const found = await listAccessAlerts(tx, limit + 1, { kind, acknowledged, userId: person, below });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map((each) => presentAlert(each, identity.user.id)),
        ...(found.length > limit &&
          last && { nextCursor: encodeCursor({ startedAt: last.raisedAt.toISOString(), id: last.id }) }),
      };
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
    response: standingAccessRules,
    handle: ({ tx }) => presentRules(tx),
  }),
  defineEndpoint({
    method: 'post',
    path: '/access-rules',
    summary:
      'Sets what the tenant holds for unusual, for all that happens from now on; what watches less waits for a second person.',
    act: 'incident.manage',
    body: accessRulesBody,
    response: standingAccessRules,
    async handle({ body: { version, reason, ...rules }, tx, ...calling }) {
      await setAccessRules(tx, askingOf(calling), { rules, version, reason });
      return presentRules(tx);
    },
  }),
];

async function presentRules(tx: Tx): Promise<z.input<typeof standingAccessRules>> {
  const { rules, version } = await readAccessRules(tx);
  const waiting = await readWaitingAccessRules(tx);
  return {
    ...plainRules(rules),
    version,
    waiting:
      waiting === undefined
        ? null
        : {
            rules: plainRules(waiting.rules),
            reason: waiting.reason,
            approvalId: waiting.approvalId,
            requestedBy: waiting.requestedBy.name,
            requestedAt: waiting.requestedAt.toISOString(),
          },
  };
}
