import type { RateLimit } from '../../connectors/kit/manifest.ts';
import {
  lockBudget,
  putQuota,
  updateBudget,
  type BudgetChange,
  type BudgetRow,
} from '../../recorder-core/records/connection-budgets.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { settle, type Breaker } from './host/breaker.ts';
import {
  reserveFrom,
  withoutHolder,
  type BudgetStore,
  type Reservation,
  type Traffic,
} from './host/budget-store.ts';
import type { BudgetCounters } from './host/grant-budget.ts';
import type { ConnectionRef } from './host/token-store.ts';

/**
 * Budgets and breakers in PostgreSQL, for all workers: one short transaction for each slice that a worker takes, under the
 * row's lock and by the database's clock. Nothing is held while anybody sends. That a breaker opens or closes is a leaf.
 */
export function createSharedBudgets(db: Database): BudgetStore {
  const change = <T>(of: ConnectionRef, work: Change<T>): Promise<T> =>
    db.forTenant(of.tenantId, (tx) => changeRow(tx, of, work));
  return {
    reserve: (of, limit: RateLimit, ask) =>
      change<Reservation>(of, (before, now) => {
        const { traffic, reservation } = reserveFrom(before, limit, ask, now);
        return { traffic, answer: reservation };
      }),
    leave: (of, holder) =>
      change(of, (before) => ({
        traffic: { ...before, counters: withoutHolder(before.counters, holder) },
        answer: undefined,
      })),
    pause: (of, ms) =>
      change(of, (before, now) => ({
        traffic: { ...before, closedUntil: Math.max(before.closedUntil ?? 0, now + ms) },
        answer: undefined,
      })),
    noteQuota: (of, quota) =>
      db.forTenant(of.tenantId, (tx) => putQuota(tx, of.tenantId, of.connectionId, quota)),
    report: (of, answered) =>
      change<Breaker>(of, (before, now) => {
        const breaker = settle(before.breaker, answered, now);
        return { traffic: { ...before, breaker }, answer: breaker };
      }),
  };
}

type Change<T> = (before: Traffic, now: number) => { readonly traffic: Traffic; readonly answer: T };

async function changeRow<T>(tx: Tx, of: ConnectionRef, work: Change<T>): Promise<T> {
  const row = await lockBudget(tx, of.tenantId, of.connectionId);
  const before = trafficOf(row);
  const { traffic, answer } = work(before, row.now.getTime());
  if (traffic === before) return answer;
  await updateBudget(tx, of.connectionId, rowOf(traffic));
  await noteBreaker(tx, of, before.breaker, traffic.breaker, row.now);
  return answer;
}

/** Opening and closing are news; that a trial failed is not. */
async function noteBreaker(
  tx: Tx,
  { tenantId, connectionId }: ConnectionRef,
  before: Breaker,
  after: Breaker,
  at: Date,
): Promise<void> {
  const opened = before.state === 'closed' && after.state === 'open';
  const closed = before.state !== 'closed' && after.state === 'closed';
  if (!opened && !closed) return;
  await appendLeaf(tx, tenantId, {
    at,
    act: opened ? 'breaker.opened' : 'breaker.closed',
    object: { type: 'connection', id: connectionId },
    outcome: 'done',
    facts: opened
      ? { failures: after.failures }
      : { openedAt: new Date(before.openedAt ?? at.getTime()).toISOString() },
  });
}

function trafficOf(row: BudgetRow): Traffic {
  return {
    counters: row.counters as BudgetCounters,
    closedUntil: row.closedUntil?.getTime() ?? null,
    breaker: {
      state: row.breaker,
      failures: row.failures,
      failingSince: row.failingSince?.getTime() ?? null,
      openedAt: row.openedAt?.getTime() ?? null,
      openings: row.openings,
      probeAt: row.probeAt?.getTime() ?? null,
    },
  };
}

function rowOf({ counters, closedUntil, breaker }: Traffic): BudgetChange {
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  return {
    counters,
    closedUntil: date(closedUntil),
    breaker: breaker.state,
    failures: breaker.failures,
    failingSince: date(breaker.failingSince),
    openedAt: date(breaker.openedAt),
    openings: breaker.openings,
    probeAt: date(breaker.probeAt),
  };
}
