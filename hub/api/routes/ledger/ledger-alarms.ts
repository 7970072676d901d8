import { z } from 'zod';
import { listLedgerAlarms, type LedgerAlarm } from '../../../../recorder-core/records/ledger-alarms.ts';
import { clearAlarms } from '../../../anchoring/ledger-acts.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { ledgerAlarmList, ledgerReason } from '../../schemas/anchors.ts';

export const listAlarms = defineEndpoint({
  method: 'get',
  path: '/ledger/alarms',
  summary: 'What witnesses and authorities found wrong with the ledger: what stands, then what stood.',
  act: 'ledger.read',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  response: ledgerAlarmList,
  async handle({ query: { limit }, tx }) {
    return { items: (await listLedgerAlarms(tx, limit)).map(present) };
  },
});

export const clearAlarmsRoute = defineEndpoint({
  method: 'post',
  path: '/ledger/alarms/clear',
  summary: 'Clears the alarms that stand, so that the ledger is signed again.',
  act: 'ledger.manage',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  body: ledgerReason,
  response: ledgerAlarmList,
  async handle({ body: { reason }, tx, identity: { tenantId, user }, now }) {
    const cleared = await clearAlarms(tx, { tenantId, person: user, reason, now });
    return { items: cleared.map(present) };
  },
});

function present(alarm: LedgerAlarm): Omit<LedgerAlarm, 'raisedAt' | 'clearedAt'> & {
  raisedAt: string;
  clearedAt: string | null;
} {
  return {
    ...alarm,
    raisedAt: alarm.raisedAt.toISOString(),
    clearedAt: alarm.clearedAt?.toISOString() ?? null,
  };
}
