import type { z } from 'zod';
import type { ConnectionHealth } from '../../../connections/connection-health.ts';
import type { connectionHealth, connectionPulse } from '../../schemas/connection.ts';
import { presentCheck } from './present-connection.ts';

/** How a connection is, in one answer. */
export function presentHealth(health: ConnectionHealth): z.input<typeof connectionHealth> {
  return { ...presentPulse(health), checks: health.checks.map(presentCheck) };
}

/** The same without what its checks found. */
export function presentPulse({
  row,
  deliveries,
  remains,
  token,
  budget,
  rebuildDueSince,
}: Omit<ConnectionHealth, 'checks'>): z.input<typeof connectionPulse> {
  return {
    id: row.id,
    name: row.name,
    connector: row.connector,
    state: row.state,
    deliveries: deliveries === undefined ? null : presentDeliveries(deliveries),
    remains: remains ?? null,
    token: token === undefined ? null : presentToken(token),
    quota: budget === undefined || budget.quotaAt === null ? null : presentQuota(budget),
    breaker: {
      state: budget?.breaker ?? 'closed',
      failingSince: textOf(budget?.failingSince),
      probeAt: textOf(budget?.probeAt),
    },
    rebuildDueSince: textOf(rebuildDueSince),
  };
}

function presentDeliveries({
  connectionId: _connectionId,
  connector: _connector,
  ...deliveries
}: NonNullable<ConnectionHealth['deliveries']>) {
  return deliveries;
}

function presentToken({
  state,
  code,
  refusals,
  obtainedAt,
  expiresAt,
  refreshAt,
}: NonNullable<ConnectionHealth['token']>) {
  return {
    state,
    code,
    refusals,
    obtainedAt: textOf(obtainedAt),
    expiresAt: textOf(expiresAt),
    refreshAt: textOf(refreshAt),
  };
}

function presentQuota({ quotaLimit, quotaRemaining, quotaAt }: NonNullable<ConnectionHealth['budget']>) {
  return { limit: quotaLimit, remaining: quotaRemaining, at: textOf(quotaAt) };
}

function textOf(at: Date | null | undefined): string | null {
  return at?.toISOString() ?? null;
}
