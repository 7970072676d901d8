import type { Severity } from '../policy/incident-state.ts';
import {
  isQuietened,
  judgeAccesses,
  type Access,
  type AccessAlert,
  type AlertKind,
} from '../policy/access-alert.ts';
import { insertAccessAlert, isTold } from './access-alerts.ts';
import {
  listAccesses,
  listCountries,
  listTakesSince,
  lockAccessWatch,
  moveAccessWatch,
  type AccessWatch,
  type WatchedAccess,
} from './access-watch.ts';
import type { Database, Tx } from './database.ts';
import { appendLeaf, readLogSize } from './ledger-log.ts';
import { openIncident } from './open-incident.ts';

/** Leaves that one transaction looks at. */
const PAGE = 5_000;

const TOLD: Readonly<Record<AlertKind, { readonly title: string; readonly severity: Severity }>> = {
  bulk: { title: 'Somebody played or exported unusually many recordings', severity: 'high' },
  'off-hours': { title: 'Somebody used recordings outside working hours', severity: 'low' },
  'new-country': { title: 'Somebody signed in from a country that is new for them', severity: 'medium' },
};

/** Whose ledger is looked at, and when. */
export interface Watching {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/**
 * Looks at what a tenant's ledger says of people's use of their access since the last look, and raises what is unusual: alert,
 * leaf and incident in the transaction that moves the place in the log, so each once, whoever is killed when. Bulk, and off
 * hours, of the same person is told once in the tenant's quiet hours; each is one incident while that stands.
 * @returns how many were raised.
 */
export async function raiseAccessAlerts(db: Database, watching: Watching): Promise<number> {
  for (let raised = 0; ;) {
    const page = await db.forTenant(watching.tenantId, (tx) => watchPage(tx, watching));
    raised += page.raised;
    if (!page.more) return raised;
  }
}

async function watchPage(
  tx: Tx,
  watching: Watching,
): Promise<{ readonly raised: number; readonly more: boolean }> {
  const watch = await lockAccessWatch(tx);
  if (watch === undefined) return { raised: 0, more: false };
  const size = await readLogSize(tx);
  const to = Math.min(size, watch.nextIndex + PAGE);
  if (to <= watch.nextIndex) return { raised: 0, more: false };
  let raised = 0;
  const accesses = await listAccesses(tx, watch.nextIndex, to);
  for (const [userId, theirs] of Map.groupBy(accesses, (access) => access.userId))
    for (const alert of await judge(tx, watch, userId, theirs))
      if (await raise(tx, watching, watch, userId, alert)) raised += 1;
  await moveAccessWatch(tx, to);
  return { raised, more: to < size };
}

async function judge(
  tx: Tx,
  { rules, nextIndex }: AccessWatch,
  userId: string,
  accesses: readonly WatchedAccess[],
): Promise<AccessAlert[]> {
  const take = accesses.find(({ kind }) => kind === 'take');
  const enters = accesses.some(({ country }) => country !== null);
  const earlier: readonly Access[] =
    take === undefined || rules.bulk === null
      ? []
      : await listTakesSince(
          tx,
          userId,
          new Date(take.at.getTime() - rules.bulk.minutes * 60_000),
          nextIndex,
        );
  const countries =
    enters && rules.newCountry ? await listCountries(tx, userId, nextIndex) : new Set<string>();
  return judgeAccesses(rules, { accesses, earlier, countries });
}

async function raise(
  tx: Tx,
  { tenantId, now, newId }: Watching,
  { rules }: AccessWatch,
  userId: string,
  alert: AccessAlert,
): Promise<boolean> {
  const { kind, count, from, to } = alert;
  const quietSince = new Date(now.getTime() - rules.quietHours * 3_600_000);
  if (isQuietened(kind) && (await isTold(tx, { userId, kind }, quietSince))) return false;
  const { id: incidentId } = await openIncident(tx, {
    tenantId,
    key: `access/${kind}/${userId}`,
    kind: 'access',
    severity: TOLD[kind].severity,
    title: TOLD[kind].title,
    detector: 'access-watch',
    detectedAt: now,
    evidenceFrom: from,
    facts: { alert: kind, user: userId, count },
    now,
    newId,
  });
  await insertAccessAlert(tx, tenantId, { ...alert, id: newId(now), userId, raisedAt: now, incidentId });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'access.alerted',
    object: { type: 'user', id: userId },
    outcome: 'done',
    rules: [`access/${kind}`],
    facts: { kind, count, from: from.toISOString(), to: to.toISOString(), incidentId },
  });
  return true;
}
