import { nextAttemptAt, restAfter } from '../../recorder-core/policy/webhook-plan.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import {
  changeEndpoint,
  lockEndpoint,
  type EndpointChange,
  type EndpointStop,
  type WebhookEndpoint,
} from '../../recorder-core/records/webhook-endpoints.ts';
import {
  noteAttempts,
  type AttemptedMessage,
  type DueMessage,
} from '../../recorder-core/records/webhook-messages.ts';
import type { WebhookEndpointRef } from '../connector-contract.ts';
import type { PostedMessage, WebhookDependencies } from './webhook-dependencies.ts';

/** A message and what came of it. */
export interface Finished {
  readonly message: DueMessage;
  readonly posted: PostedMessage;
}

/**
 * Notes what came of some messages, in the order they ended, and what that says of their endpoint, in one transaction: an
 * endpoint that answers 410, or has taken nothing for five days, is disabled with a leaf and an incident.
 */
export async function settleWebhooks(
  deps: WebhookDependencies,
  { tenantId, endpointId }: WebhookEndpointRef,
  finished: readonly Finished[],
): Promise<void> {
  if (finished.length === 0) return;
  await deps.db.forTenant(tenantId, async (tx) => {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (endpoint === undefined) return;
    await noteAttempts(
      tx,
      tenantId,
      endpointId,
      finished.map((one) => settled(one, deps.webhooks.random())),
    );
    const { standing, stop } = standingAfter(endpoint, finished, deps.now());
    await changeEndpoint(tx, endpointId, standing);
    if (stop !== undefined && endpoint.state === 'enabled')
      await disable(tx, deps, { tenantId, endpoint, stop, since: standing.failingSince ?? deps.now() });
  });
}

function settled({ message, posted }: Finished, random: number): AttemptedMessage {
  const { leafIndex, attempts } = message;
  const now = new Date(posted.at.getTime() + posted.durationMs);
  const again = () => nextAttemptAt({ attempts: attempts + 1, now, wishMs: posted.wishMs, random });
  return {
    leafIndex,
    attempt: posted,
    dueAt: posted.outcome === 'taken' ? null : (again() ?? null),
  };
}

/** Where an endpoint stands after some messages, and why it is to be stopped, if it is. */
function standingAfter(
  endpoint: WebhookEndpoint,
  finished: readonly Finished[],
  now: Date,
): {
  readonly standing: Pick<EndpointChange, 'failures' | 'failingSince' | 'pausedUntil' | 'lastSuccess'>;
  readonly stop: Exclude<EndpointStop, 'person'> | undefined;
} {
  let { failures, failingSince, lastSuccess } = endpoint;
  let wishMs: number | undefined;
  for (const { posted } of finished) {
    if (posted.outcome === 'taken') {
      failures = 0;
      failingSince = null;
      lastSuccess = posted.at;
    } else {
      failures += 1;
      failingSince ??= posted.at;
    }
    if (posted.wishMs !== undefined) wishMs = Math.max(wishMs ?? 0, posted.wishMs);
  }
  const rest = restAfter({ failures, failingSince: failingSince ?? now, now, wishMs });
  const gone = finished.some(({ posted }) => posted.outcome === 'gone');
  return {
    standing: { failures, failingSince, lastSuccess, pausedUntil: rest.until },
    stop: gone ? 'gone' : failures > 0 && rest.giveUp ? 'failing' : undefined,
  };
}

async function disable(
  tx: Tx,
  { newId, now }: WebhookDependencies,
  found: {
    readonly tenantId: string;
    readonly endpoint: WebhookEndpoint;
    readonly stop: Exclude<EndpointStop, 'person'>;
    readonly since: Date;
  },
): Promise<void> {
  const { tenantId, endpoint, stop, since } = found;
  const at = now();
  await changeEndpoint(tx, endpoint.id, { state: 'disabled', stateReason: stop, stateSince: at });
  await appendLeaf(tx, tenantId, {
    at,
    act: 'configuration.changed',
    object: { type: 'endpoint', id: endpoint.id },
    outcome: 'disabled',
    facts: { reason: stop, failures: endpoint.failures, since: since.toISOString() },
  });
  await openIncident(tx, {
    tenantId,
    key: `endpoint/${endpoint.id}`,
    kind: 'availability',
    severity: stop === 'gone' ? 'low' : 'medium',
    title:
      stop === 'gone'
        ? 'An endpoint of webhooks says that it is gone and is told nothing any more'
        : 'An endpoint of webhooks took nothing for five days and is told nothing any more',
    detector: 'webhook-sending',
    detectedAt: at,
    facts: { endpoint: endpoint.id, reason: stop },
    now: at,
    newId,
  });
}
