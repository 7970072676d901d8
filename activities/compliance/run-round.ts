import { dueQuarters } from '../../recorder-core/policy/report-periods.ts';
import { askReport } from '../../recorder-core/records/ask-report.ts';
import { listSources } from '../../recorder-core/records/call-record-imports.ts';
import { forgetCallRecords } from '../../recorder-core/records/call-records.ts';
import {
  destroyReportKeys,
  listExpiredReports,
  readQuarters,
} from '../../recorder-core/records/compliance-reports.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { escalateOverdue } from '../../recorder-core/records/findings.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { askReconciliation, hasNightlySince } from '../../recorder-core/records/reconciliations.ts';
import { forgetRefusedCalls } from '../../recorder-core/records/refused-calls.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { ComplianceActivities } from '../compliance-contract.ts';
import type { ComplianceDependencies } from './compliance-dependencies.ts';

const DAY_MS = 86_400_000;
/** So far back calls are compared every night: rows of a telephone system that come later start a comparison themselves. */
const BACK_DAYS = 3;
const FORGET_AT_ONCE = 10_000;
const EXPIRE_AT_ONCE = 20;

/** See `ComplianceActivities.runComplianceRound`. Each tenant in a transaction of its own; done again it asks for nothing twice. */
export function runComplianceRound(deps: ComplianceDependencies): ComplianceActivities['runComplianceRound'] {
  return async () => {
    let reports = 0;
    for (const tenantId of await listTenantIds(deps.dispatcher)) {
      reports += await deps.db.forTenant(tenantId, (tx) => roundOf(tx, deps, tenantId));
      await expire(deps, tenantId);
    }
    return { reports };
  };
}

async function roundOf(tx: Tx, { now, newId }: ComplianceDependencies, tenantId: string): Promise<number> {
  const at = now();
  const day = Math.floor(at.getTime() / DAY_MS) * DAY_MS;
  const sources = await listSources(tx);
  if (sources.length > 0 && !(await hasNightlySince(tx, new Date(at.getTime() - DAY_MS / 2))))
    await askReconciliation(tx, {
      tenantId,
      id: newId(at),
      messageId: newId(at),
      from: new Date(day - BACK_DAYS * DAY_MS),
      to: at,
      cause: 'nightly',
      now: at,
      trace: {},
    });
  await escalateOverdue(tx, { tenantId, now: at, newId });
  const keepDays = Math.max(400, ...sources.map((source) => source.keepDays));
  const before = new Date(at.getTime() - keepDays * DAY_MS).toISOString();
  await forgetCallRecords(tx, before, FORGET_AT_ONCE);
  await forgetRefusedCalls(tx, before, FORGET_AT_ONCE);
  const { made, since } = await readQuarters(tx);
  let asked = 0;
  for (const period of dueQuarters(at.getTime(), since.getTime(), made))
    if (
      await askReport(tx, {
        tenantId,
        id: newId(at),
        messageId: newId(at),
        period,
        cause: 'quarterly',
        person: null,
        now: at,
        trace: {},
      })
    )
      asked += 1;
  return asked;
}

/** Reports whose time is over: keys first, then the objects. */
async function expire({ db, objects, now }: ComplianceDependencies, tenantId: string): Promise<void> {
  const gone = await db.forTenant(tenantId, async (tx) => {
    const at = now();
    const expired = await listExpiredReports(tx, at, EXPIRE_AT_ONCE);
    for (const report of expired) {
      await destroyReportKeys(tx, report);
      const object = { type: 'report', id: report.id };
      await appendLeaf(tx, tenantId, { at, act: 'report.expired', object, outcome: 'done' });
    }
    return expired;
  });
  for (const { id } of gone)
    for await (const { key } of objects.list(`reports/${tenantId}/${id}/`)) await objects.delete(key);
}
